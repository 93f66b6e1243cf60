import type { DoorRoute } from '../door-routes.ts'
import { answerBatch, answerBatchList, answerNewBatch } from './answer-batches.ts'
import { answerContent, answerFile, answerFileList, answerUpload } from './answer-files.ts'

/** What a door serves beside calls where batches are configured. */
export const batchRoutes: readonly DoorRoute[] = [
  { method: 'POST', path: '/v1/files', answer: answerUpload },
  { method: 'GET', path: '/v1/files', answer: answerFileList },
  { method: 'GET', path: '/v1/files/{id}/content', answer: answerContent },
  { method: 'GET', path: '/v1/files/{id}', answer: exchange => answerFile('get', exchange) },
  { method: 'DELETE', path: '/v1/files/{id}', answer: exchange => answerFile('delete', exchange) },
  { method: 'POST', path: '/v1/batches', answer: answerNewBatch },
  { method: 'GET', path: '/v1/batches', answer: answerBatchList },
  { method: 'POST', path: '/v1/batches/{id}/cancel', answer: exchange => answerBatch('cancel', exchange) },
  { method: 'GET', path: '/v1/batches/{id}', answer: exchange => answerBatch('get', exchange) },
]
