import type { OperationDoc } from '../operation.ts'

/** `GET /openapi.json` */
export const documentOperation: OperationDoc = {
  summary: 'This document',
  tag: 'Documents',
  answers: { 200: { description: 'OpenAPI 3.1.', content: { 'application/json': { schema: 'OpenApiDocument' } } } },
}
