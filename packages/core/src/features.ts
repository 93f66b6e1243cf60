/*
 * What most gateways never use, or not at their start: loaded in one piece with the first call that needs any of it, since each file more
 * that a cold start reads costs as much as ten kilobytes.
 */

export { createBatchHandler } from './batches/batch-handler.ts'
export { answerBatch, answerBatchList, answerNewBatch } from './http/batches/answer-batches.ts'
export { answerContent, answerFile, answerFileList, answerUpload } from './http/batches/answer-files.ts'
export { answerResponse } from './http/responses/answer-response.ts'
export { Idempotency } from './idempotency/idempotency.ts'
export { responseCacheOf } from './response-cache-of.ts'
