import { callHeaders, limitHeaders } from '../answer-headers.ts'
import { callErrors } from '../error-answers.ts'
import type { OperationDoc } from '../operation.ts'
import { callParameters, ownListParameters } from './call-parameters.ts'

/** `POST /v1/embeddings` */
export const embeddingsOperation: OperationDoc = {
  summary: 'Turn texts into vectors',
  tag: 'Completions',
  parameters: callParameters,
  request: {
    schema: 'EmbeddingsRequest',
    examples: {
      one: { summary: 'One text', value: { model: 'text-embedding-3-small', input: 'hello' } },
      several: {
        summary: 'Several, as base64',
        value: { model: 'text-embedding-3-small', input: ['one', 'two'], encoding_format: 'base64' },
      },
    },
  },
  answers: {
    200: {
      description: 'A vector for each text, in their order.',
      content: { 'application/json': { schema: 'EmbeddingsAnswer' } },
      headers: [...callHeaders, ...limitHeaders],
    },
  },
  errors: callErrors,
  errorKind: 'Call',
}

/** `GET /v1/models` */
export const listModelsOperation: OperationDoc = {
  summary: 'List what can be asked for',
  tag: 'Models',
  parameters: ownListParameters,
  answers: {
    200: {
      description: 'The routes, then what the providers serve, where that is shown.',
      content: { 'application/json': { schema: 'ModelList' } },
      headers: limitHeaders,
    },
  },
  errors: ['4XX', '5XX'],
  errorKind: 'Counted',
}

/** `GET /v1/models/{id}` */
export const retrieveModelOperation: OperationDoc = {
  summary: 'Look up one model',
  tag: 'Models',
  parameters: [
    {
      name: 'id',
      in: 'path',
      description: 'A route or model. It may hold slashes, as targets do.',
      schema: { type: 'string' },
      example: 'fast',
    },
  ],
  answers: {
    200: { description: 'The model.', content: { 'application/json': { schema: 'Model' } }, headers: limitHeaders },
  },
  errors: ['404', '4XX', '5XX'],
  errorKind: 'Counted',
}
