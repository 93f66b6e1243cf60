import { asksForStream } from '../asks-for-stream.ts'
import type { Result } from '../contract.ts'
import { createCall } from '../create-call.ts'
import { toGatewayError } from '../errors.ts'
import { failedOutcome } from '../outcome.ts'
import { traceParentOf } from '../telemetry/trace-parent.ts'
import { addCallHeaders, sendPayload } from './answer.ts'
import type { Exchange } from './exchange.ts'
import { idempotencyKeyIn } from './idempotency-key.ts'
import { checkMediaType, parseRequest } from './read-request.ts'
import { reportedCall } from './report-comment.ts'
import { requestTimeoutMs } from './request-timeout.ts'
import { endBroken, type Sending, sendStream } from './send-stream.ts'
import { StreamOutlet } from './stream-outlet.ts'
import { wantsContext } from './wants-context.ts'

/** What a body is sent for. Files and batches have answers of their own. */
type Asked = 'chat' | 'embeddings'

/** `POST` of an operation: reads and checks the body, makes the call, sends what came of it. */
export function answerCall<O extends Asked>(operation: O, exchange: Exchange): Promise<void> {
  const { door, request, principal } = exchange
  checkMediaType(request, door.auth === 'none' && principal === undefined)
  const goOn = (body: unknown): Promise<void> => makeCall(operation, body, exchange)
  if (request.parsedBody !== undefined) return goOn(request.parsedBody)
  const body = exchange.readBody()
  return body instanceof Uint8Array ? goOn(body) : body.then(goOn)
}

interface Answer extends Pick<Sending, 'report'> {
  readonly result: Result<Asked>
  /** Where a stream was asked for. */
  readonly outlet: StreamOutlet | undefined
}

/** Nothing of it is awaited: during the sending nobody needs the request any more, and a prompt may be as large as all its stream. */
function makeCall<O extends Asked>(operation: O, body: unknown, exchange: Exchange): Promise<void> {
  const { door, request, headers } = exchange
  const { value, source } = parseRequest(body, request.parsedBody === undefined)
  const call = createCall<O>({
    operation,
    request: value,
    source,
    origin: 'door',
    deadlineMs: requestTimeoutMs(request.headers),
    callId: exchange.callId,
    principal: exchange.principal,
    callerCredentials: exchange.callerCredentials,
    cacheWish: door.cacheWishOf?.(request.headers),
    idempotencyKey: idempotencyKeyIn(request),
    // Who is let in by keys of an upstream, which nobody has checked yet, is lent nothing of the gateway's own.
    wantsContext: wantsContext(request.headers) && !exchange.onCallerEnd,
    pinnedProvider: request.headers['x-provider'],
    controller: request.controller,
    answerHeaders: headers,
    traceParent: door.readsTraceHeaders ? traceParentOf(request.headers) : undefined,
  })
  const { context } = call
  exchange.ending.isCall = true
  const answered = door.handle(call)
  const isStreamed = operation === 'chat' && asksForStream(value)
  const outlet = isStreamed ? new StreamOutlet(exchange, context) : undefined
  return answered.then(
    result => {
      addCallHeaders(context)
      // Who waits for the stream's end keeps the context, and nobody asks an upstream any more.
      if (result.kind === 'stream') context.source = undefined
      exchange.onCallerEnd?.(undefined)
      return send({ result: result as Result<Asked>, outlet, report: reportedCall(request, context) }, exchange)
    },
    (error: unknown) => {
      addCallHeaders(context)
      exchange.ending.settled = context.goesOn
      exchange.onCallerEnd?.(error)
      if (!outlet) throw error
      return failStream(error, { outlet, exchange, report: reportedCall(request, context) })
    },
  )
}

function send({ result, outlet, report }: Answer, exchange: Exchange): void | Promise<void> {
  const { sink, headers, ending } = exchange
  ending.settled = result.settled
  if (result.kind === 'stream') {
    return sendStream(result, { outlet: outlet ?? new StreamOutlet(exchange), exchange, report })
  }
  if (outlet?.isCommitted) {
    const fault = new TypeError(
      'A streamed call was answered with a whole answer, after the head of a stream had gone out.',
    )
    return endBroken(toGatewayError(fault), { outlet, exchange, report })
  }
  outlet?.close()
  return sendPayload(sink, 200, result.kind === 'completion' ? result.completion : result.embeddings, headers)
}

/** @throws what the call failed of, where its status can still say so. */
async function failStream(error: unknown, sending: Sending): Promise<void> {
  const { outlet } = sending
  if (!outlet.isCommitted) {
    outlet.close()
    throw error
  }
  // What it has used all the same is known by now, as it is where a status can still tell of it.
  await endBroken(toGatewayError(error), sending, failedOutcome(error))
}
