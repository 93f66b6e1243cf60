import type { Attempt } from './attempt.ts'
import type { Capability } from './capability.ts'
import type { ErrorBody } from './wire/error-body.ts'
import type { Usage } from './wire/usage.ts'

/** What went wrong, in one word: `error.code` on the wire, `error.type` in telemetry. */
export type ErrorCode =
  | 'invalid_request'
  | 'context_length_exceeded'
  | 'content_filtered'
  | 'unauthenticated'
  | 'permission_denied'
  | 'model_not_found'
  | 'not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'request_too_large'
  | 'unsupported_media_type'
  | 'answer_too_large'
  | 'rate_limited'
  | 'budget_exceeded'
  | 'limits_unavailable'
  | 'upstream_rate_limited'
  | 'idempotency_key_reused'
  | 'idempotent_answer_lost'
  | 'idempotency_unavailable'
  | 'cancelled'
  | 'reader_stalled'
  | 'internal'
  | 'invalid_configuration'
  | 'upstream_auth_failed'
  | 'upstream_bad_response'
  | 'upstream_unavailable'
  | 'stream_interrupted'
  | 'circuit_open'
  | 'bulkhead_full'
  | 'shutting_down'
  | 'keys_unavailable'
  | 'context_unavailable'
  | 'timeout_connect'
  | 'timeout_first_frame'
  | 'timeout_idle'
  | 'timeout_total'

interface CodeRow {
  readonly status: number
  /** OpenAI's `error.type`. */
  readonly type: string
  /** Whether the same call may succeed when made again; it becomes `x-should-retry`. */
  readonly retryable: boolean
}

const row = (status: number, type: string, retryable = false): CodeRow => ({ status, type, retryable })

/** The usual status of each; a {@link GatewayError} may carry a truer one. */
const codes: Readonly<Record<ErrorCode, CodeRow>> = {
  invalid_request: row(400, 'invalid_request_error'),
  context_length_exceeded: row(400, 'invalid_request_error'),
  content_filtered: row(400, 'invalid_request_error'),
  unauthenticated: row(401, 'authentication_error'),
  permission_denied: row(403, 'permission_error'),
  model_not_found: row(404, 'invalid_request_error'),
  not_found: row(404, 'invalid_request_error'),
  method_not_allowed: row(405, 'invalid_request_error'),
  request_timeout: row(408, 'timeout_error', true),
  request_too_large: row(413, 'invalid_request_error'),
  unsupported_media_type: row(415, 'invalid_request_error'),
  answer_too_large: row(502, 'server_error'),
  rate_limited: row(429, 'rate_limit_error', true),
  budget_exceeded: row(429, 'insufficient_quota'),
  limits_unavailable: row(503, 'server_error', true),
  upstream_rate_limited: row(429, 'rate_limit_error', true),
  idempotency_key_reused: row(422, 'invalid_request_error'),
  idempotent_answer_lost: row(409, 'invalid_request_error'),
  idempotency_unavailable: row(503, 'server_error', true),
  cancelled: row(499, 'cancelled'),
  reader_stalled: row(499, 'cancelled'),
  internal: row(500, 'server_error'),
  invalid_configuration: row(500, 'server_error'),
  upstream_auth_failed: row(502, 'upstream_error'),
  upstream_bad_response: row(502, 'upstream_error', true),
  upstream_unavailable: row(503, 'upstream_error', true),
  stream_interrupted: row(502, 'upstream_error', true),
  circuit_open: row(503, 'server_error', true),
  bulkhead_full: row(503, 'server_error', true),
  shutting_down: row(503, 'server_error', true),
  keys_unavailable: row(503, 'server_error', true),
  context_unavailable: row(503, 'server_error', true),
  timeout_connect: row(504, 'timeout_error', true),
  timeout_first_frame: row(504, 'timeout_error', true),
  timeout_idle: row(504, 'timeout_error', true),
  timeout_total: row(504, 'timeout_error', true),
}

/** What a caller can do about a failure of an upstream's, whose message says what it was and no more. */
const remedies: Partial<Record<ErrorCode, string>> = {
  upstream_rate_limited: 'Try again later.',
  upstream_bad_response: 'Try again.',
  upstream_unavailable: 'Try again later.',
  stream_interrupted: 'Try again.',
  timeout_connect: 'Try again later.',
  timeout_first_frame: 'Try again later.',
  timeout_idle: 'Try again.',
  timeout_total: 'Try again, or allow it more time.',
}

/** The usual HTTP status of an error's code, as metrics and logs tell it; 500 for a code that is none of ours. */
export function statusOfCode(code: string): number {
  return Object.hasOwn(codes, code) ? codes[code as ErrorCode].status : 500
}

/** What an error says beside its code and message. */
export interface GatewayErrorOptions {
  /** The request member to blame, such as `messages[2].role`; becomes OpenAI's `error.param`. */
  readonly param?: string | undefined
  /** Where the code's usual status is not the true one, as with an upstream's own 409. */
  readonly status?: number | undefined
  readonly retryable?: boolean | undefined
  readonly retryAfterMs?: number | undefined
  readonly attempts?: readonly Attempt[] | undefined
  /** What a failed attempt used all the same, where its upstream said so: it is paid for. */
  readonly usage?: Usage | undefined
  /** Whether that is partly estimated. Default `reported`. */
  readonly usageSource?: 'reported' | 'estimated' | undefined
  /** As an outcome's. */
  readonly unpriced?: boolean | undefined
  /** As an outcome's. */
  readonly promptsSent?: number | undefined
  /** What the target lacks for the request, where that is why it was refused: a route's other targets may have it. */
  readonly lacks?: Capability | undefined
  readonly cause?: unknown
}

const brand = Symbol.for('modelgate.GatewayError')

/**
 * The one error the gateway throws and answers with. Recognised by {@link isGatewayError}, never by `instanceof`: two copies
 * of this package may live in one process. The message is written for the caller: it names what was wrong and the remedy.
 */
export class GatewayError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly type: string
  readonly retryable: boolean
  readonly param: string | undefined
  readonly retryAfterMs: number | undefined
  readonly attempts: readonly Attempt[] | undefined
  readonly usage: Usage | undefined
  readonly usageSource: 'reported' | 'estimated' | undefined
  readonly unpriced: boolean | undefined
  readonly promptsSent: number | undefined
  readonly lacks: Capability | undefined

  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'GatewayError'
    this.code = code
    this.status = options.status ?? codes[code].status
    this.type = codes[code].type
    this.retryable = options.retryable ?? codes[code].retryable
    this.param = options.param
    this.retryAfterMs = options.retryAfterMs
    this.attempts = options.attempts
    this.usage = options.usage
    this.usageSource = options.usageSource
    this.unpriced = options.unpriced
    this.promptsSent = options.promptsSent
    this.lacks = options.lacks
    Object.defineProperty(this, brand, { value: true })
  }

  /** OpenAI's error envelope; what failed upstream is told with its remedy. Holds no cause and no stack. */
  toBody(): ErrorBody {
    return { error: { message: withRemedy(this), type: this.type, param: this.param ?? null, code: this.code } }
  }
}

function withRemedy({ code, message, retryable }: GatewayError): string {
  const remedy = retryable ? remedies[code] : undefined
  if (remedy === undefined || /\btry(ing)? again\b/i.test(message)) return message
  return `${message}${/[.!?]$/.test(message) ? '' : '.'} ${remedy}`
}

/** Whether a value is a {@link GatewayError}, of whichever copy of this package. */
export function isGatewayError(value: unknown): value is GatewayError {
  return typeof value === 'object' && value !== null && brand in value
}

/** The error itself if it is one of ours; anything else is our own fault, said without its details, which stay in `cause`. */
export function toGatewayError(error: unknown): GatewayError {
  if (isGatewayError(error)) return error
  return new GatewayError(
    'internal',
    "The gateway failed to handle this call; its log, or in process this error's `cause`, says why.",
    {
      cause: error,
    },
  )
}

/** Whether a call ended because nobody takes its answer any more: its caller left, or takes nothing. */
export function isCancelled({ code }: GatewayError): boolean {
  return code === 'cancelled' || code === 'reader_stalled'
}

/** What an aborted signal says was the matter: our own reason, or `cancelled` for a caller's plain `abort()`. */
export function abortError(signal: AbortSignal): GatewayError {
  if (isGatewayError(signal.reason)) return signal.reason
  return new GatewayError('cancelled', 'The caller aborted this call.', { cause: signal.reason })
}

/** Of a reader in process, or a layer, that takes no more of a stream. */
export function readerLeft(): GatewayError {
  return new GatewayError('cancelled', 'The reader left the stream before its end.')
}

/** Of a client that makes no room for what it is sent. */
export function readerStalled(stalledMs: number): GatewayError {
  return new GatewayError('reader_stalled', `The client took nothing for ${stalledMs} ms.`)
}

/** What every front answers a request body past the limit with. */
export function bodyTooLarge(limitBytes: number): GatewayError {
  return new GatewayError(
    'request_too_large',
    `The request body is larger than the ${limitBytes} bytes this gateway reads; send less, or raise \`maxBodyBytes\`.`,
  )
}

/** The same error with what a call has tried: a copy, since one error may be thrown to several calls that waited for one thing. */
export function withAttempts(error: GatewayError, attempts: readonly Attempt[]): GatewayError {
  return copyOf(error, { attempts: [...attempts] })
}

/** The same error, as a copy, with another time to wait. */
export function withRetryAfter(error: GatewayError, retryAfterMs: number | undefined): GatewayError {
  return copyOf(error, { retryAfterMs })
}

function copyOf(error: GatewayError, changes: GatewayErrorOptions): GatewayError {
  const said: GatewayErrorOptions = error
  // A cause is no member that a spread takes.
  const copy = new GatewayError(error.code, error.message, { ...said, cause: error.cause, ...changes })
  if (error.stack !== undefined) copy.stack = error.stack
  return copy
}
