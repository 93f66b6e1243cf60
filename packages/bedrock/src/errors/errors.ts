import {
  type ErrorCode,
  GatewayError,
  type GatewayErrorOptions,
  retryAfterMs,
  unavailableStatus,
} from '@modelgate/core'
import { withoutIdentity, withoutSecrets } from '../answer/upstream-text.ts'
import { authMessage } from '../credentials/auth-failure.ts'
import { parseJsonObject } from '../wire/json.ts'
import { isDaily, type Saying, sayingOf, unknownModel } from './error-sayings.ts'

/** A failure as Bedrock reported it: over HTTP with a `status`, or inside a stream without one. */
export interface BedrockFailure {
  /** The exception's name, in either case: `ThrottlingException`, `throttlingException`. Empty when none was given. */
  readonly name: string
  readonly message: string
  readonly status?: number | undefined
  readonly requestId?: string | undefined
  readonly retryAfterMs?: number | undefined
  /** The member of the request that it blames, where it does. */
  readonly param?: string | undefined
  /** The IAM action that the request needed, where that is known. */
  readonly action?: string | undefined
}

interface Row {
  /** The status Bedrock gives it; a stream's exceptions come without one. */
  readonly httpStatus: number
  readonly code: ErrorCode
  readonly status?: number
  readonly retryable?: boolean
  readonly advice?: string
}

const row = (httpStatus: number, code: ErrorCode, more: Omit<Row, 'httpStatus' | 'code'> = {}): Row => ({
  httpStatus,
  code,
  ...more,
})

/**
 * Every exception that the runtime, the front end and the signature check are known to raise.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html
 */
const exceptions: ReadonlyMap<string, Row> = new Map(
  Object.entries({
    validationexception: row(400, 'invalid_request'),
    conflictexception: row(400, 'invalid_request'),
    servicequotaexceededexception: row(400, 'upstream_rate_limited', { retryable: false }),
    accessdeniedexception: row(403, 'upstream_auth_failed'),
    expiredtokenexception: row(403, 'upstream_auth_failed'),
    expiredtoken: row(403, 'upstream_auth_failed'),
    unrecognizedclientexception: row(403, 'upstream_auth_failed'),
    invalidclienttokenid: row(403, 'upstream_auth_failed'),
    invalidsignatureexception: row(403, 'upstream_auth_failed'),
    signaturedoesnotmatch: row(403, 'upstream_auth_failed'),
    incompletesignature: row(403, 'upstream_auth_failed'),
    missingauthenticationtokenexception: row(403, 'upstream_auth_failed'),
    missingauthenticationtoken: row(403, 'upstream_auth_failed'),
    optinrequired: row(403, 'upstream_auth_failed'),
    requestexpired: row(400, 'upstream_auth_failed'),
    // Of a model that was retired, or is legacy and new to the account, as of one that never was.
    resourcenotfoundexception: row(404, 'model_not_found', { advice: unknownModel }),
    modeltimeoutexception: row(408, 'upstream_unavailable'),
    modelerrorexception: row(424, 'upstream_bad_response'),
    modelstreamerrorexception: row(424, 'upstream_bad_response'),
    throttlingexception: row(429, 'upstream_rate_limited'),
    toomanyrequestsexception: row(429, 'upstream_rate_limited'),
    modelnotreadyexception: row(429, 'upstream_unavailable'),
    internalserverexception: row(500, 'upstream_unavailable'),
    internalfailure: row(500, 'upstream_unavailable'),
    serviceunavailableexception: row(503, 'upstream_unavailable'),
    serviceunavailable: row(503, 'upstream_unavailable'),
    // Codes of the OpenAI-compatible endpoint.
    context_length_exceeded: row(400, 'context_length_exceeded'),
    content_filter: row(400, 'content_filtered'),
    model_not_found: row(404, 'model_not_found'),
    rate_limit_exceeded: row(429, 'upstream_rate_limited'),
    invalid_api_key: row(401, 'upstream_auth_failed'),
  }),
)

/** Where the name is missing or new: the status alone. */
const statuses: Readonly<Record<number, Row>> = {
  400: row(400, 'invalid_request'),
  401: row(401, 'upstream_auth_failed'),
  403: row(403, 'upstream_auth_failed'),
  404: row(404, 'model_not_found'),
  // Callers choose no method: it is not the path that was meant.
  405: row(405, 'upstream_bad_response', { retryable: false, advice: 'check its endpoint' }),
  408: row(408, 'upstream_unavailable'),
  409: row(409, 'upstream_unavailable'),
  413: row(413, 'request_too_large'),
  424: row(424, 'upstream_bad_response'),
  425: row(425, 'upstream_unavailable'),
  429: row(429, 'upstream_rate_limited'),
}

/**
 * The {@link GatewayError} that a failure means. A 4xx message is passed on without the gateway's identity. That of a 5xx, and of
 * a refusal of the gateway's own credentials, stands in `cause` alone.
 */
export function toBedrockError(failure: BedrockFailure): GatewayError {
  const { name, status, requestId } = failure
  const found = rowOf(name, status)
  const upstreamStatus = status ?? found.httpStatus
  const text = withoutIdentity(failure.message)
  const { code, advice }: Saying = found.code === 'invalid_request' ? sayingOf(text) : found
  const label = [name || `status ${upstreamStatus}`, requestId && `request ${requestId}`].filter(Boolean).join(', ')
  const { retryAfterMs: waitMs, param = code === 'model_not_found' ? 'model' : undefined } = failure
  const retry = code === 'upstream_rate_limited' && isDaily(text) && { retryable: false }
  const options = { ...optionsOf(found, code, upstreamStatus), ...retry, retryAfterMs: waitMs, param }
  const passedOn = upstreamStatus >= 400 && upstreamStatus < 500 && text !== '' && code !== 'upstream_auth_failed'
  if (passedOn) {
    const more = code === 'invalid_request' ? '' : ` (${label})${advice ? `; ${advice}.` : ''}`
    return new GatewayError(code, `Bedrock: ${text}${more}`, options)
  }
  const refused = authMessage(name, name ? `${upstreamStatus}, ${label}` : label, failure)
  const message = code === 'upstream_auth_failed' ? refused : `Bedrock failed (${label}).`
  const cause = text === '' ? undefined : new Error(withoutSecrets(failure.message))
  return new GatewayError(code, message, { ...options, cause })
}

/** What a row says beyond its code; a message may have said something else. */
function optionsOf({ code, status, retryable }: Row, told: ErrorCode, upstreamStatus: number): GatewayErrorOptions {
  if (told !== code) return {}
  return { status: code === 'upstream_unavailable' ? unavailableStatus(upstreamStatus) : status, retryable }
}

function rowOf(name: string, status: number | undefined): Row {
  const named = exceptions.get(name.toLowerCase())
  if (named) return named
  if (status === undefined) return row(500, 'upstream_bad_response')
  if (status >= 500) return row(status, 'upstream_unavailable')
  if (status < 400) return row(status, 'upstream_bad_response')
  return statuses[status] ?? row(status, 'invalid_request', { status })
}

/** Reads an answer whose status is no success. The name stands in `x-amzn-errortype`, else in the body. */
export function failureOfResponse(answer: {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}): BedrockFailure {
  const json = parseJsonObject(answer.body)
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  const names = [answer.headers['x-amzn-errortype'], json?.__type, json?.code]
  return {
    name: nameIn(names.map(name => shapeName(text(name))).find(Boolean) ?? ''),
    message: json ? text(json.message) || text(json.Message) : withoutTags(answer.body),
    status: answer.status,
    requestId: answer.headers['x-amzn-requestid'],
    retryAfterMs: retryAfterMs(answer.headers, Date.now()),
  }
}

/** Reads an exception frame. Exceptions come as JSON, un-modelled errors as bare text, some under a status for a name. */
export function failureOfFrame(frame: { readonly type: string; readonly body: string }): BedrockFailure {
  const json = parseJsonObject(frame.body)
  const message = json ? (json.message ?? json.Message ?? json.originalMessage) : frame.body
  const status = /^[45]\d\d$/.test(frame.type) ? Number(frame.type) : undefined
  const name = status ? '' : nameIn(shapeName(frame.type))
  return { name, message: typeof message === 'string' ? message : '', ...(status && { status }) }
}

/** A name stands in what callers are told: whatever else an upstream writes in its place is none. */
function nameIn(text: string): string {
  return /^[\w.-]{1,100}$/.test(text) ? text : ''
}

/** `com.amazon.bedrock#ThrottlingException:http://…#…` → `ThrottlingException`. */
function shapeName(type: string): string {
  const [name = ''] = type.split(':', 1)
  return name.slice(name.lastIndexOf('#') + 1)
}

/** Enough of a page for humans to tell what it is. */
const longestPage = 10_000

function withoutTags(body: string): string {
  // Without `<` in the class, a page of nothing but `<` would take minutes.
  return body.slice(0, longestPage).replace(/<[^<>]*>/g, ' ')
}
