import type { DoorRoute } from '../door-routes.ts'
import type { Exchange } from '../exchange.ts'

type Answers = typeof import('../../features.ts')

/** What a door serves beside calls where batches are configured. */
export const batchRoutes: readonly DoorRoute[] = [
  { method: 'POST', path: '/v1/files', answer: by(answers => answers.answerUpload) },
  { method: 'GET', path: '/v1/files', answer: by(answers => answers.answerFileList) },
  { method: 'GET', path: '/v1/files/{id}/content', answer: by(answers => answers.answerContent) },
  { method: 'GET', path: '/v1/files/{id}', answer: by(answers => answers.answerFile.bind(undefined, 'get')) },
  { method: 'DELETE', path: '/v1/files/{id}', answer: by(answers => answers.answerFile.bind(undefined, 'delete')) },
  { method: 'POST', path: '/v1/batches', answer: by(answers => answers.answerNewBatch) },
  { method: 'GET', path: '/v1/batches', answer: by(answers => answers.answerBatchList) },
  {
    method: 'POST',
    path: '/v1/batches/{id}/cancel',
    answer: by(answers => answers.answerBatch.bind(undefined, 'cancel')),
  },
  { method: 'GET', path: '/v1/batches/{id}', answer: by(answers => answers.answerBatch.bind(undefined, 'get')) },
]

function by(answerOf: (answers: Answers) => DoorRoute['answer']): DoorRoute['answer'] {
  return async (exchange: Exchange) => {
    const answers = await import('../../features.ts')
    return answerOf(answers)(exchange)
  }
}
