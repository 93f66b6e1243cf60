import type { BatchesRequest, FilesRequest, StoredResult } from '../../batch-operations.ts'
import { createCall } from '../../create-call.ts'
import { GatewayError } from '../../errors.ts'
import { traceParentOf } from '../../telemetry/trace-parent.ts'
import { addCallHeaders, sendPayload } from '../answer.ts'
import type { Exchange } from '../exchange.ts'

/** Makes a request of files or batches as a call, through the gateway's layers, and gives what came of it. */
export async function batchCall(
  operation: 'files' | 'batches',
  request: FilesRequest | BatchesRequest,
  exchange: Exchange,
): Promise<StoredResult> {
  const { door, headers, ending } = exchange
  if (!door.handleBatches) throw new TypeError('This door has no batches.')
  if (exchange.callerCredentials) {
    throw new GatewayError(
      'invalid_request',
      "Files and batches are kept with the gateway's own credentials; leave the headers with yours out.",
    )
  }
  const call = createCall<typeof operation>({
    operation,
    request,
    origin: 'door',
    callId: exchange.callId,
    principal: exchange.principal,
    pinnedProvider: exchange.request.headers['x-provider'],
    controller: exchange.request.controller,
    answerHeaders: headers,
    traceParent: door.readsTraceHeaders ? traceParentOf(exchange.request.headers) : undefined,
  })
  ending.isCall = true
  try {
    const result = await door.handleBatches(call)
    ending.settled = result.settled
    return result
  } finally {
    addCallHeaders(call.context)
  }
}

/** Makes the call, and answers with the JSON that came of it. */
export async function answerStored(
  operation: 'files' | 'batches',
  request: FilesRequest | BatchesRequest,
  exchange: Exchange,
): Promise<void> {
  const result = await batchCall(operation, request, exchange)
  if (result.kind !== 'stored') throw new TypeError('Bytes came where an object was asked for.')
  await sendPayload(exchange.sink, result.stored, exchange.headers)
}
