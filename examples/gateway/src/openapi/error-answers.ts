import { type AnswerHeaderName, callHeaders, headersOf, limitHeaders } from './answer-headers.ts'

/** What each status of an error is about. `4XX` and `5XX` are an upstream's own. */
const descriptions = {
  '400': 'The request is wrong: `invalid_request`, `context_length_exceeded`, `content_filtered`.',
  '401':
    "There is no key, or none that is known: `unauthenticated`. The caller's own AWS keys were refused: `upstream_auth_failed`.",
  '403': "The key may not do this: `permission_denied`. The caller's own AWS keys may not: `upstream_auth_failed`.",
  '404': 'It is not known: `model_not_found`, `not_found`.',
  '408': 'The request did not arrive in time: `request_timeout`.',
  '409': 'It stands against what is there: a taken name; `idempotent_answer_lost`.',
  '413': 'The body is too large: `request_too_large`.',
  '415': 'The body is no JSON, or is compressed: `unsupported_media_type`.',
  '422': 'The `Idempotency-Key` was sent before with another request: `idempotency_key_reused`.',
  '429': 'Too much at once: `rate_limited`, `budget_exceeded`, `upstream_rate_limited`.',
  '500': 'The gateway failed: `internal`.',
  '502':
    'The upstream failed, or answered with what cannot be used: `upstream_bad_response`, `upstream_unavailable`, `upstream_auth_failed`, `stream_interrupted`; or the answer is larger than what stands before the gateway can carry: `answer_too_large`.',
  '503':
    'Not now: `upstream_unavailable`, `circuit_open`, `bulkhead_full`, `shutting_down`, `keys_unavailable`, `limits_unavailable`, `idempotency_unavailable`, `context_unavailable`.',
  '504':
    'A time-out: `timeout_connect`, `timeout_first_frame`, `timeout_idle`, `timeout_total`; `upstream_unavailable`, where the upstream says so of itself.',
  '4XX': "An upstream's own refusal.",
  '5XX': "An upstream's own failure.",
} as const

export type ErrorStatus = keyof typeof descriptions

/** Where a key is looked at. */
export const keyErrors: readonly ErrorStatus[] = ['401', '403', '429', '503']
/** Of every route. */
export const commonErrors: readonly ErrorStatus[] = ['408', '500']
/** Of calls that go to an upstream. */
export const callErrors: readonly ErrorStatus[] = ['400', '404', '409', '413', '415', '422', '502', '504', '4XX', '5XX']

/** What an error answer tells beside the error: of a call, what was tried and how limits stand; of a counted request, limits. */
export type ErrorKind = 'Call' | 'Counted' | 'Plain'

const moreHeaders: Readonly<Record<ErrorKind, readonly AnswerHeaderName[]>> = {
  Call: [...callHeaders, ...limitHeaders],
  Counted: limitHeaders,
  Plain: [],
}

/** The name of an error answer among the document's `components/responses`. */
export function errorAnswerName(kind: ErrorKind, status: ErrorStatus): string {
  return `${kind}Error${status}`
}

/** Every error answer there is, by name. */
export function errorAnswers(): Readonly<Record<string, object>> {
  const kinds = Object.keys(moreHeaders) as ErrorKind[]
  const statuses = Object.keys(descriptions) as ErrorStatus[]
  return Object.fromEntries(
    kinds.flatMap(kind => statuses.map(status => [errorAnswerName(kind, status), errorAnswer(kind, status)])),
  )
}

function errorAnswer(kind: ErrorKind, status: ErrorStatus): object {
  const names: AnswerHeaderName[] = ['x-request-id', 'x-should-retry', 'retry-after']
  if (status === '401') names.push('www-authenticate')
  return {
    description: descriptions[status],
    headers: headersOf([...names, ...moreHeaders[kind]]),
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  }
}
