import type { Operation, Payload, Result } from '../contract.ts'
import { createCall } from '../create-call.ts'
import { addCallHeaders, sendBytes } from './answer.ts'
import type { Exchange } from './exchange.ts'
import { checkMediaType, parseRequest } from './read-request.ts'
import { sendStream } from './send-stream.ts'

const encoder = new TextEncoder()

/** `POST` of an operation: reads and checks the body, makes the call, sends what came of it. */
export function answerCall<O extends Operation>(operation: O, exchange: Exchange): Promise<void> {
  const { door, request, principal } = exchange
  checkMediaType(request.headers, door.auth === 'none' && principal === undefined)
  const goOn = (body: unknown): Promise<void> =>
    makeCall(operation, body, exchange).then(result => send(result, exchange))
  if (request.parsedBody !== undefined) return goOn(request.parsedBody)
  const body = exchange.readBody()
  return body instanceof Uint8Array ? goOn(body) : body.then(goOn)
}

/** Apart from the sending, during which nobody needs the request any more: a prompt may be as large as all its stream. */
function makeCall<O extends Operation>(operation: O, body: unknown, exchange: Exchange): Promise<Result<Operation>> {
  const { door, request, headers } = exchange
  const { value, source } = parseRequest(body, request.parsedBody === undefined)
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
    answerHeaders: headers,
  })
  const { context } = call
  return door.handle(call).then(
    result => {
      addCallHeaders(context)
      return result as Result<Operation>
    },
    (error: unknown) => {
      addCallHeaders(context)
      throw error
    },
  )
}

function send(result: Result<Operation>, exchange: Exchange): void | Promise<void> {
  const { sink, headers, ending } = exchange
  ending.settled = result.settled
  if (result.kind === 'stream') return sendStream(sink, result, headers, exchange)
  return sendBytes(sink, 200, bytesOf(result.kind === 'completion' ? result.completion : result.embeddings), headers)
}

function bytesOf(payload: Payload<unknown>): Uint8Array {
  return payload.bytes ?? encoder.encode(JSON.stringify(payload.value))
}
