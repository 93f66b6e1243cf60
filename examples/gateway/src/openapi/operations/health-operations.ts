import type { OperationDoc } from '../operation.ts'

/** `GET /health` */
export const livenessOperation: OperationDoc = {
  summary: 'Whether the process answers',
  description: 'Touches no store and no upstream, and is 200 while the gateway drains.',
  tag: 'Health',
  answers: { 200: { description: 'It does.', content: { 'application/json': { schema: 'Liveness' } } } },
}

/** `GET /api/v1/health` */
export const healthOperation: OperationDoc = {
  summary: 'How the parts stand, and whether to send requests here',
  tag: 'Health',
  answers: {
    200: { description: 'It takes requests.', content: { 'application/json': { schema: 'Health' } } },
    503: { description: 'It is shutting down.', content: { 'application/json': { schema: 'Health' } } },
  },
}

/** `GET /api/v1/health/detailed` */
export const detailedHealthOperation: OperationDoc = {
  summary: 'The same, and with a key what stands behind it',
  description:
    'Public; a key with the permission `health` is told of targets, stores and latencies as well. A wrong key is refused.',
  tag: 'Health',
  answers: {
    200: { description: 'It takes requests.', content: { 'application/json': { schema: 'DetailedHealth' } } },
    503: { description: 'It is shutting down.', content: { 'application/json': { schema: 'DetailedHealth' } } },
  },
  errors: ['401', '403', '429'],
  keyIsOptional: true,
}
