import type { AppRoute } from './app-route.ts'

const scope = 'completions'

/** OpenAI's files and batches, served where the configuration has `batches`. The gateway's door answers them. */
export const batchRoutes: readonly AppRoute[] = [
  { method: 'POST', path: '/v1/files', scope, operationId: 'createFile', door: '/v1/files' },
  { method: 'GET', path: '/v1/files', scope, operationId: 'listFiles', door: '/v1/files' },
  { method: 'GET', path: '/v1/files/{id}/content', scope, operationId: 'readFile', door: '/v1/files/{id}/content' },
  { method: 'GET', path: '/v1/files/{id}', scope, operationId: 'retrieveFile', door: '/v1/files/{id}' },
  { method: 'DELETE', path: '/v1/files/{id}', scope, operationId: 'deleteFile', door: '/v1/files/{id}' },
  { method: 'POST', path: '/v1/batches', scope, operationId: 'createBatch', door: '/v1/batches' },
  { method: 'GET', path: '/v1/batches', scope, operationId: 'listBatches', door: '/v1/batches' },
  {
    method: 'POST',
    path: '/v1/batches/{id}/cancel',
    scope,
    operationId: 'cancelBatch',
    door: '/v1/batches/{id}/cancel',
  },
  { method: 'GET', path: '/v1/batches/{id}', scope, operationId: 'retrieveBatch', door: '/v1/batches/{id}' },
]
