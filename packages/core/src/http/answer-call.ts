import type { Operation, Payload, Result } from '../contract.ts'
import { createCall } from '../create-call.ts'
import { addCallHeaders, sendBytes } from './answer.ts'
import type { Exchange } from './exchange.ts'
import { checkMediaType, parseRequest } from './read-request.ts'
import { sendStream } from './send-stream.ts'

const encoder = new TextEncoder()

/** `POST` of an operation: reads and checks the body, makes the call, sends what came of it. */
export async function answerCall<O extends Operation>(operation: O, exchange: Exchange): Promise<void> {
  const { sink, headers } = exchange
  const result = await makeCall(operation, exchange)
  exchange.ending.settled = result.settled
  if (result.kind === 'stream') await sendStream(sink, result, headers, exchange)
  else
    await sendBytes(sink, 200, bytesOf(result.kind === 'completion' ? result.completion : result.embeddings), headers)
}

/** Apart from the sending, during which nobody needs the request any more: a prompt may be as large as all its stream. */
async function makeCall<O extends Operation>(operation: O, exchange: Exchange): Promise<Result<Operation>> {
  const { door, request, headers } = exchange
  checkMediaType(request.headers, door.auth === 'none' && exchange.principal === undefined)
  const { value, source } = parseRequest(
    request.parsedBody === undefined ? await exchange.readBody() : request.parsedBody,
  )
  const call = createCall<O>({
    operation,
    request: value,
    source,
    origin: 'door',
    deadlineMs: door.deadlineMs,
    callId: exchange.callId,
    principal: exchange.principal,
    pinnedProvider: request.headers['x-provider'],
    controller: request.controller,
  })
  try {
    return (await door.handle(call)) as Result<Operation>
  } finally {
    addCallHeaders(headers, call.context)
  }
}

function bytesOf(payload: Payload<unknown>): Uint8Array {
  return payload.bytes ?? encoder.encode(JSON.stringify(payload.value))
}
