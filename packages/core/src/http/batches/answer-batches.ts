import type { NewBatch } from '../../batch-operations.ts'
import { GatewayError } from '../../errors.ts'
import type { Exchange } from '../exchange.ts'
import { idempotencyKeyIn } from '../idempotency-key.ts'
import { checkMediaType, parseRequest } from '../read-request.ts'
import { answerStored } from './batch-call.ts'
import { listQuery } from './list-query.ts'

/** `POST /v1/batches` */
export async function answerNewBatch(exchange: Exchange): Promise<void> {
  const { request, door, principal } = exchange
  checkMediaType(request, door.auth === 'none' && principal === undefined)
  const isParsed = request.parsedBody !== undefined
  const { value } = parseRequest(isParsed ? request.parsedBody : await exchange.readBody(), !isParsed)
  const batch = await newBatch(value, idempotencyKeyIn(request))
  await answerStored('batches', { model: '', action: 'create', batch }, exchange)
}

/** `GET /v1/batches` */
export function answerBatchList(exchange: Exchange): Promise<void> {
  const query = listQuery(exchange.request.path)
  return answerStored('batches', { model: '', action: 'list', query }, exchange)
}

/** `GET /v1/batches/{id}` and `POST /v1/batches/{id}/cancel` */
export function answerBatch(action: 'get' | 'cancel', exchange: Exchange): Promise<void> {
  return answerStored('batches', { model: '', action, id: exchange.id }, exchange)
}

/** @throws {GatewayError} `invalid_request` naming the member, its value and the remedy. */
async function newBatch(value: object, idempotencyKey: string | undefined): Promise<NewBatch> {
  const { batchFaults } = await import('../../wire/request-schemas.ts')
  const [fault] = batchFaults(value)
  if (fault) throw new GatewayError('invalid_request', fault.message, { param: fault.param })
  const { input_file_id: inputFileId, endpoint, metadata, output_expires_after: expiry } = value as WireBatch
  return {
    inputFileId,
    endpoint,
    metadata: metadata ?? null,
    outputExpiresAfterSeconds: expiry?.seconds,
    idempotencyKey: idempotencyKey?.slice(0, 512),
  }
}

interface WireBatch {
  readonly input_file_id: string
  readonly endpoint: string
  readonly metadata?: Readonly<Record<string, string>> | null
  readonly output_expires_after?: { readonly seconds: number } | null
}
