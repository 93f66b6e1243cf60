import * as z from 'zod/mini'
import type { NewBatch } from '../../batch-operations.ts'
import { GatewayError } from '../../errors.ts'
import { faultsOf } from '../../wire/faults.ts'
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
  const batch = newBatch(value, idempotencyKeyIn(request))
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

/** What a batch is asked for by. OpenAI's own bounds for metadata. */
function batchSchema(): z.ZodMiniType {
  const text = z.string().check(z.maxLength(512))
  return z.object({
    input_file_id: z.string().check(z.minLength(1), z.maxLength(200)),
    endpoint: z.literal('/v1/chat/completions'),
    completion_window: z.literal('24h'),
    metadata: z.nullish(
      z
        .record(z.string().check(z.maxLength(64)), text)
        .check(z.refine(pairs => Object.keys(pairs).length <= 16, { error: 'holds 16 pairs at most' })),
    ),
  })
}

/** @throws {GatewayError} `invalid_request` naming the member, its value and the remedy. */
function newBatch(value: object, idempotencyKey: string | undefined): NewBatch {
  const [fault] = faultsOf(batchSchema(), value)
  if (fault) throw new GatewayError('invalid_request', fault.message, { param: fault.param })
  const { input_file_id: inputFileId, endpoint, metadata } = value as WireBatch
  return { inputFileId, endpoint, metadata: metadata ?? null, idempotencyKey: idempotencyKey?.slice(0, 512) }
}

interface WireBatch {
  readonly input_file_id: string
  readonly endpoint: string
  readonly metadata?: Readonly<Record<string, string>> | null
}
