import {
  bodyTooLarge,
  type CallController,
  type Door,
  type DoorRequest,
  errorText,
  GatewayError,
  type Principal,
  type Sink,
  sendError,
  toGatewayError,
} from '@modelgate/core'
import { doorPath } from './door-path.ts'
import { isAlbEvent } from './events/alb-event.ts'
import { type LambdaHttpEvent, readEvent } from './events/http-event.ts'
import { startDeadline } from './invocation-deadline.ts'
import type { LambdaContext } from './lambda-runtime.ts'

/** What a gateway behind Lambda is told of where it stands and who calls. */
export interface LambdaHandlerOptions {
  /** A prefix the API leaves in the path, such as `/llm` of a base path mapping. A stage is taken off without being told. */
  readonly basePath?: string | undefined
  /**
   * Who calls, from what an authorizer put in the event: `authorizedCaller()`, or your own. `undefined` leaves it to the gateway's `auth`;
   * what it throws or rejects with is answered.
   */
  readonly principal?:
    | ((event: LambdaHttpEvent) => Principal | undefined | PromiseLike<Principal | undefined>)
    | undefined
}

/** A way out that tells whether what went out must not be taken for the whole. */
export interface InvocationSink extends Sink {
  /** Why the answer was broken off, where nothing in it says so. */
  readonly cutBy?: Error | undefined
}

/** One event to be answered, and the way out. */
export interface Invocation {
  readonly gateway: { readonly door: Door }
  readonly options: LambdaHandlerOptions
  readonly event: unknown
  readonly context: LambdaContext
  /** Opens the way out. The controller aborts when a reader must no longer be waited for, and is to be aborted where nobody can take the answer. */
  readonly openSink: (controller: CallController) => InvocationSink
  /** Whether what is written goes out before the handler returns. */
  readonly isStreamed: boolean
  /** Milliseconds that the flush of what was logged and counted may take. What is not kept by then waits for the next invocation. */
  readonly flushMs: number
}

/**
 * Answers one event. What Lambda's runtime catches it sends on with its stack, so this rejects for one thing only, with an error that has none:
 * an answer that was broken off, which Lambda would else give out as whole. Resolves when the answer has gone out and what was logged is
 * kept, or the time for that is over, for a function is frozen when its handler returns.
 */
export async function answerInvocation(invocation: Invocation): Promise<void> {
  const { context } = invocation
  const pending: Promise<unknown>[] = []
  const deadline = startDeadline(context)
  const sink = invocation.openSink(deadline.controller)
  await answer(invocation, sink, deadline.controller, work => void pending.push(work))
  deadline.clear()
  for (const kept of (await deadline.within(Promise.allSettled(pending))) ?? []) {
    if (kept.status === 'rejected') tell(context, kept.reason)
  }
  if (sink.cutBy) throw brokenOff(sink.cutBy)
}

/**
 * The runtime ends the answer with it.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
 */
function brokenOff({ message }: Error): Error {
  const error = new Error(`The answer was broken off: ${message}`)
  error.stack = ''
  return error
}

async function answer(
  invocation: Invocation,
  sink: Sink,
  controller: CallController,
  waitUntil: NonNullable<DoorRequest['waitUntil']>,
): Promise<void> {
  let request: DoorRequest
  try {
    request = doorRequest(invocation, controller, waitUntil)
  } catch (error) {
    return refuse(sink, error, invocation.context)
  }
  try {
    await invocation.gateway.door.handle(request, sink)
  } catch (error) {
    // The runtime waits for the end of a stream for as long as the function may run.
    tell(invocation.context, error)
    await sink.end()
  }
}

/** @throws {GatewayError} `invalid_request` for an event that holds no HTTP request; `invalid_configuration` for one that cannot be answered so. */
function doorRequest(
  invocation: Invocation,
  controller: CallController,
  waitUntil: NonNullable<DoorRequest['waitUntil']>,
): DoorRequest {
  const { gateway, options, event: given, context, flushMs } = invocation
  const read = readEvent(given)
  if (!read) {
    throw new GatewayError(
      'invalid_request',
      'This event holds no HTTP request of a function URL, an API Gateway proxy integration or an Application Load Balancer.',
    )
  }
  const { event, message } = read
  if (invocation.isStreamed && isAlbEvent(event)) {
    throw new GatewayError(
      'invalid_configuration',
      'A load balancer cannot take the answer of a streaming handler: mount the gateway with toLambdaHandler() behind it.',
    )
  }
  const prefix = options.basePath?.replace(/^\/+|\/+$/g, '')
  return {
    method: message.method,
    path: doorPath(message, prefix ? `/${prefix}` : '', gateway.door),
    // Where the client names none, the answer carries the id under which Lambda logs the invocation.
    headers: { ...message.headers, 'x-request-id': message.headers['x-request-id'] ?? context.awsRequestId },
    doubled: message.doubled,
    address: message.address,
    principal: () => options.principal?.(event),
    controller,
    waitUntil,
    flushMs,
    bodyCap: isAlbEvent(event) ? behindBalancer : inEvent,
    async readBody(limitBytes) {
      const body = message.readBody()
      if (body.length <= limitBytes) return body
      throw bodyTooLarge(limitBytes)
    },
  }
}

/** What is put into an event beyond its body takes little; what is binary stands there as base64, which takes a third more. */
const inEvent = {
  bytes: 4_500_000,
  by: 'a Lambda function can be handed: its event holds 6 MB, whatever API Gateway lets through',
}
/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html */
const behindBalancer = { bytes: 1_000_000, by: 'an Application Load Balancer hands to a function' }

/** Answers what failed before the door had it. */
async function refuse(sink: Sink, error: unknown, context: LambdaContext): Promise<void> {
  const shown = toGatewayError(error)
  if (shown.code === 'internal') tell(context, shown.cause)
  if (shown.code === 'invalid_configuration') tell(context, shown)
  await sendError(sink, shown, { 'x-request-id': context.awsRequestId })
}

function tell({ awsRequestId }: LambdaContext, error: unknown): void {
  console.error('modelgate', awsRequestId, errorText(error))
}
