import { asksForStream } from '../asks-for-stream.ts'
import type { Payload, Result } from '../contract.ts'
import { createCall } from '../create-call.ts'
import { toGatewayError } from '../errors.ts'
import { failedOutcome } from '../outcome.ts'
import { traceParentOf } from '../telemetry/trace-parent.ts'
import { addCallHeaders, sendPayload } from './answer.ts'
import type { Exchange } from './exchange.ts'
import { idempotencyKeyIn } from './idempotency-key.ts'
import { checkMediaType, parseRequest, type ReadRequest } from './read-request.ts'
import { reportedCall } from './report-comment.ts'
import { requestTimeoutMs } from './request-timeout.ts'
import { chatDialect, endBroken, type Sending, type StreamDialect, sendStream } from './send-stream.ts'
import { StreamOutlet } from './stream-outlet.ts'
import { wantsContext } from './wants-context.ts'

/** What a body is sent for. Files and batches have answers of their own. */
type Asked = 'chat' | 'embeddings'

/** What is asked of the gateway, and how its answer is written. */
export interface AskedCall<O extends Asked = Asked> extends ReadRequest {
  readonly operation: O
  readonly dialect: Dialect
  /** What the caller sent, where `value` is made of it. */
  readonly askedAs?: object
}

/** How an API writes what came of a call. */
export interface Dialect {
  readonly stream: StreamDialect
  payloadOf(result: Exclude<Result<Asked>, { readonly kind: 'stream' }>): Payload<unknown>
  /** What the call failed of, in the caller's own terms. */
  errorOf(error: unknown): unknown
  /** What a member of the call is called there. */
  readonly paramOf: (param: string) => string
}

/** As the gateway itself speaks. */
const asItIs: Dialect = {
  stream: chatDialect,
  payloadOf: result => (result.kind === 'completion' ? result.completion : result.embeddings),
  errorOf: error => error,
  paramOf: param => param,
}

/** `POST` of an operation: reads and checks the body, makes the call, sends what came of it. */
export function answerCall<O extends Asked>(operation: O, exchange: Exchange): Promise<void> {
  return whenRead(exchange, read => makeCall({ operation, dialect: asItIs, ...read }, exchange))
}

/**
 * Reads and checks the body, and goes on.
 * @throws {GatewayError} what is wrong with it; the promise rejects with it, too.
 */
export function whenRead(exchange: Exchange, goOn: (read: ReadRequest) => Promise<void>): Promise<void> {
  const { door, request, principal } = exchange
  checkMediaType(request, door.auth === 'none' && principal === undefined)
  if (request.parsedBody !== undefined) return goOn(parseRequest(request.parsedBody, false))
  const body = exchange.readBody()
  return body instanceof Uint8Array ? goOn(parseRequest(body, true)) : body.then(read => goOn(parseRequest(read, true)))
}

interface Answer extends Pick<Sending, 'report'> {
  readonly result: Result<Asked>
  readonly dialect: Dialect
  /** Where a stream was asked for. */
  readonly outlet: StreamOutlet | undefined
}

/** Nothing of it is awaited: during the sending nobody needs the request any more, and a prompt may be as large as all its stream. */
export function makeCall<O extends Asked>(asked: AskedCall<O>, exchange: Exchange): Promise<void> {
  const { operation, value, source, dialect, askedAs } = asked
  const { request, door, headers } = exchange
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
    askedAs,
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
      addCallHeaders(context, dialect.paramOf)
      // Who waits for the stream's end keeps the context, and nobody asks an upstream any more.
      if (result.kind === 'stream') context.source = undefined
      exchange.onCallerEnd?.(undefined)
      const report = reportedCall(request, context)
      return send({ result: result as Result<Asked>, dialect, outlet, report }, exchange)
    },
    (failure: unknown) => {
      addCallHeaders(context, dialect.paramOf)
      exchange.ending.settled = context.goesOn
      exchange.onCallerEnd?.(failure)
      const error = dialect.errorOf(failure)
      if (!outlet) throw error
      const report = reportedCall(request, context)
      return failStream(error, { outlet, dialect: dialect.stream, exchange, report })
    },
  )
}

function send({ result, dialect, outlet, report }: Answer, exchange: Exchange): void | Promise<void> {
  const { sink, headers, ending } = exchange
  ending.settled = result.settled
  if (result.kind === 'stream') {
    const { stream } = dialect
    return sendStream(result, { outlet: outlet ?? new StreamOutlet(exchange), dialect: stream, exchange, report })
  }
  if (outlet?.isCommitted) {
    const fault = new TypeError(
      'A streamed call was answered with a whole answer, after the head of a stream had gone out.',
    )
    return endBroken(toGatewayError(fault), { outlet, dialect: dialect.stream, exchange, report })
  }
  outlet?.close()
  return sendPayload(sink, dialect.payloadOf(result), headers)
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
