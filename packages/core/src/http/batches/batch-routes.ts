import type { DoorRoute } from '../door-route.ts'
import { lateAnswer } from '../late-answer.ts'

/** What a door serves beside calls where batches are configured. */
export const batchRoutes: readonly DoorRoute[] = [
  { method: 'POST', path: '/v1/files', answer: lateAnswer(answers => answers.answerUpload) },
  { method: 'GET', path: '/v1/files', answer: lateAnswer(answers => answers.answerFileList) },
  { method: 'GET', path: '/v1/files/{id}/content', answer: lateAnswer(answers => answers.answerContent) },
  { method: 'GET', path: '/v1/files/{id}', answer: lateAnswer(answers => answers.answerFile.bind(undefined, 'get')) },
  {
    method: 'DELETE',
    path: '/v1/files/{id}',
    answer: lateAnswer(answers => answers.answerFile.bind(undefined, 'delete')),
  },
  { method: 'POST', path: '/v1/batches', answer: lateAnswer(answers => answers.answerNewBatch) },
  { method: 'GET', path: '/v1/batches', answer: lateAnswer(answers => answers.answerBatchList) },
  {
    method: 'POST',
    path: '/v1/batches/{id}/cancel',
    answer: lateAnswer(answers => answers.answerBatch.bind(undefined, 'cancel')),
  },
  {
    method: 'GET',
    path: '/v1/batches/{id}',
    answer: lateAnswer(answers => answers.answerBatch.bind(undefined, 'get')),
  },
]
