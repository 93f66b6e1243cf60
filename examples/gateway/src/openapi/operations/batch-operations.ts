import { callHeaders, limitHeaders } from '../answer-headers.ts'
import { callErrors } from '../error-answers.ts'
import type { OperationDoc, ParameterDoc } from '../operation.ts'
import { callParameters } from './call-parameters.ts'

const description = 'There where the configuration has `batches`; else 404.'

const listParameters: readonly ParameterDoc[] = [
  {
    name: 'limit',
    in: 'query',
    description: 'Most entries; more than 100 are taken for 100.',
    schema: { type: 'integer', minimum: 1, maximum: 10_000, default: 20 },
  },
  { name: 'after', in: 'query', description: 'The id after which the list goes on.', schema: { type: 'string' } },
]
const order: ParameterDoc = {
  name: 'order',
  in: 'query',
  description: 'By creation.',
  schema: { type: 'string', enum: ['asc', 'desc'], default: 'desc' },
}
const purpose: ParameterDoc = {
  name: 'purpose',
  in: 'query',
  description: 'Files of this purpose only.',
  schema: { type: 'string' },
}
const ownNames = new Set(['x-request-id', 'idempotency-key'])

type Told = Pick<OperationDoc, 'summary'> & Partial<Pick<OperationDoc, 'parameters' | 'request'>>

function operation(told: Told, schema: string, type = 'application/json'): OperationDoc {
  const headers = [...callHeaders, ...limitHeaders]
  const answer = { description: 'As OpenAI answers it.', content: { [type]: { schema } }, headers }
  return { ...told, description, tag: 'Batches', answers: { 200: answer }, errors: callErrors, errorKind: 'Call' }
}

/** `/v1/files` and `/v1/batches`, by `operationId`. */
export const batchOperations: readonly (readonly [string, OperationDoc])[] = [
  [
    'createFile',
    operation(
      {
        summary: 'Upload a file of requests',
        request: { schema: 'NewFile', type: 'multipart/form-data', examples: {} },
      },
      'File',
    ),
  ],
  ['listFiles', operation({ summary: 'List files', parameters: [...listParameters, order, purpose] }, 'FileList')],
  ['readFile', operation({ summary: 'Read what is in a file' }, 'FileBytes', 'application/octet-stream')],
  ['retrieveFile', operation({ summary: 'Look up a file' }, 'File')],
  ['deleteFile', operation({ summary: 'Delete a file' }, 'FileDeleted')],
  [
    'createBatch',
    operation(
      {
        summary: 'Have the requests of a file made',
        parameters: callParameters.filter(({ name }) => ownNames.has(name)),
        request: {
          schema: 'NewBatch',
          examples: {
            day: {
              summary: 'Within a day',
              value: { input_file_id: 'file-abc', endpoint: '/v1/chat/completions', completion_window: '24h' },
            },
          },
        },
      },
      'Batch',
    ),
  ],
  ['listBatches', operation({ summary: 'List batches', parameters: listParameters }, 'BatchList')],
  ['cancelBatch', operation({ summary: 'Cancel a batch' }, 'Batch')],
  ['retrieveBatch', operation({ summary: 'Look up a batch' }, 'Batch')],
]
