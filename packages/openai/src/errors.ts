import {
  closeSource,
  type ErrorCode,
  GatewayError,
  readErrorBody,
  retryAfterMs,
  type UpstreamResponse,
  unavailableStatus,
} from '@modelgate/core'
import { contentEncoding } from './content-encoding.ts'
import { type ErrorDetail, errorDetail, isErrorEvent } from './error-detail.ts'
import { passedOnMessage, passedOnName, passedOnParam } from './passed-on-message.ts'
import type { Upstream } from './upstream.ts'

interface ErrorRow {
  readonly code: ErrorCode
  readonly status?: number
  readonly retryable?: boolean
}

/**
 * What each status of the upstream means to a caller. 4xx that are not here are the request's fault; 5xx are an upstream out
 * of order; 3xx and 405 a wrong base URL.
 * @see https://developers.openai.com/api/docs/guides/error-codes
 */
const byStatus: Readonly<Record<number, ErrorRow>> = {
  401: { code: 'upstream_auth_failed' },
  // The operator's account is empty (DeepSeek, OpenRouter): waiting does not fill it.
  402: { code: 'upstream_rate_limited', retryable: false },
  403: { code: 'upstream_auth_failed' },
  404: { code: 'model_not_found' },
  // Callers choose no method: it is not the path that was meant.
  405: { code: 'upstream_bad_response', retryable: false },
  408: { code: 'upstream_unavailable' },
  409: { code: 'upstream_unavailable' },
  // A model that was taken away (Azure, Hugging Face).
  410: { code: 'model_not_found' },
  413: { code: 'request_too_large' },
  // Text Generation Inference's word for a generation that failed.
  424: { code: 'upstream_bad_response' },
  425: { code: 'upstream_unavailable' },
  429: { code: 'upstream_rate_limited' },
}

/** What the upstream's own `error.code` or `error.type` says better than the status. */
const byName: ReadonlyMap<string | undefined, ErrorRow> = new Map(
  Object.entries({
    context_length_exceeded: { code: 'context_length_exceeded' },
    content_filter: { code: 'content_filtered' },
    content_policy_violation: { code: 'content_filtered' },
    ResponsibleAIPolicyViolation: { code: 'content_filtered' },
    moderation_blocked: { code: 'content_filtered' },
    image_content_policy_violation: { code: 'content_filtered' },
    // OpenAI's word for a prompt that its reasoning models' usage policy refuses.
    invalid_prompt: { code: 'content_filtered' },
    model_not_found: { code: 'model_not_found' },
    invalid_api_key: { code: 'upstream_auth_failed' },
    insufficient_quota: { code: 'upstream_rate_limited', retryable: false },
    billing_hard_limit_reached: { code: 'upstream_rate_limited', retryable: false },
  } satisfies Record<string, ErrorRow>),
)

/** @see https://developers.openai.com/api/docs/api-reference/responses/object#responses-object-error */
const faultyImage = [
  'invalid_image',
  'invalid_image_format',
  'invalid_base64_image',
  'invalid_image_url',
  'image_too_large',
  'image_too_small',
  'image_parse_error',
  'invalid_image_mode',
  'image_file_too_large',
  'unsupported_image_media_type',
  'empty_image_file',
  'failed_to_download_image',
  'image_file_not_found',
]

/** Inside a stream there is no status; the error's code or type stands for it. */
const statusByName: ReadonlyMap<string | undefined, number> = new Map(
  Object.entries({
    invalid_request_error: 400,
    BadRequestError: 400,
    authentication_error: 401,
    permission_error: 403,
    not_found_error: 404,
    NotFoundError: 404,
    rate_limit_exceeded: 429,
    rate_limit_error: 429,
    insufficient_quota: 429,
    tokens: 429,
    requests: 429,
    // A response says so of its request's images, and nothing of a status.
    ...Object.fromEntries(faultyImage.map(code => [code, 400])),
  }),
)

const contextLength =
  /maximum context length|context length exceeded|exceeds? the (?:model'?s )?(?:maximum )?context (?:length|window|size)|prompt is too long/i

/**
 * Throws what an answer with a status other than 2xx means. Its body is read, within 2 s and 64 KB; 5xx bodies are not passed on.
 * @throws {GatewayError} always
 */
export async function throwUpstreamError(response: UpstreamResponse, upstream: Upstream, now: number): Promise<never> {
  const text = await bodyText(response)
  const detail = errorDetail(jsonOf(text))
  const type = response.headers['content-type']?.split(';')[0]
  throw upstreamError({
    upstream,
    status: response.status,
    detail: detail.message === undefined ? { ...detail, message: plainText(text, type) } : detail,
    retryAfterMs: retryAfterMs(response.headers, now),
    isFinal: response.headers['x-should-retry'] === 'false',
    requestId: response.headers['x-request-id'],
  })
}

/** The error that an event inside a 200 stream (or a 200 body) reports; `undefined` when it is an ordinary chunk. */
export function eventError(event: unknown, upstream: Upstream): GatewayError | undefined {
  if (!isErrorEvent(event)) return undefined
  const detail = errorDetail(event)
  const status = detail.status ?? statusByName.get(detail.code) ?? statusByName.get(detail.type) ?? 500
  const known = byName.has(detail.code)
  return upstreamError({ upstream, status: known && status >= 500 ? 400 : status, detail })
}

interface UpstreamFault {
  readonly upstream: Upstream
  readonly status: number
  readonly detail: ErrorDetail
  readonly retryAfterMs?: number | undefined
  /** Whether the upstream said that the same request fails again, as OpenAI's SDKs are told by `x-should-retry`. */
  readonly isFinal?: boolean
  readonly requestId?: string | undefined
}

function upstreamError({ upstream, status, detail, retryAfterMs, isFinal, requestId }: UpstreamFault): GatewayError {
  const { secrets } = upstream
  const row = rowFor(status, detail)
  const code = passedOnName(detail.code, secrets)
  return new GatewayError(row.code, messageFor(row.code, upstream, status, { ...detail, code }), {
    status: row.code === 'upstream_unavailable' ? unavailableStatus(status) : row.status,
    // A throttle that would not pass is taken for an empty account.
    retryable: isFinal && row.code !== 'upstream_rate_limited' ? false : row.retryable,
    param: passedOnParam(detail.param, secrets),
    retryAfterMs,
    cause: { status, code, type: passedOnName(detail.type, secrets), requestId: passedOnName(requestId, secrets) },
  })
}

function rowFor(status: number, detail: ErrorDetail): ErrorRow {
  if (status >= 500) return { code: 'upstream_unavailable' }
  if (status < 400) return { code: 'upstream_bad_response' }
  const named = byName.get(detail.code) ?? byName.get(detail.type)
  if (named) return named
  if ((status === 400 || status === 422) && contextLength.test(detail.message ?? '')) {
    return { code: 'context_length_exceeded' }
  }
  return byStatus[status] ?? { code: 'invalid_request', status }
}

function messageFor(
  code: ErrorCode,
  { id, secrets }: Upstream,
  status: number,
  { code: name, message }: ErrorDetail,
): string {
  const said = name === undefined ? `${status}` : `${status}, ${name}`
  // Refusals of a key quote it, partly masked at best: their text is never passed on.
  if (code === 'upstream_auth_failed') {
    return `The upstream '${id}' refused the gateway's credentials (${said}); check its API key and what the key may use.`
  }
  if (status >= 500) return `The upstream '${id}' failed (${said}).`
  if (status < 400 || status === 405) return `The upstream '${id}' answered with status ${status}; check its base URL.`
  const passedOn = passedOnMessage(message ?? '', secrets)
  if (!passedOn) return `The upstream '${id}' refused the request (${said}) without saying why.`
  // What is not there may be the path.
  const isPath =
    status === 404 && !/model/i.test(passedOn) && /\b(url|path|route|endpoint)\b|^not found\b/i.test(passedOn)
  return isPath ? `The upstream '${id}' said: ${passedOn.replace(/\.$/, '')}; check its base URL.` : passedOn
}

async function bodyText(response: UpstreamResponse): Promise<string> {
  if (contentEncoding(response) === undefined) return new TextDecoder().decode(await readErrorBody(response.body))
  void closeSource(response.body)
  return ''
}

function plainText(text: string, type: string | undefined): string | undefined {
  if (type === 'text/plain' && text.trim() !== '') return text
  if (text.trim() === '') return undefined
  return `The upstream answered with ${type ?? 'text'} instead of a JSON error; check its base URL and the model's name.`
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
