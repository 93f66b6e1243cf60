import { GatewayError, isGatewayError, toFetchError, type UpstreamResponse } from '@modelgate/core'
import { isObject } from './is-object.ts'
import { memberOf } from './openai-client.ts'

/**
 * The answer that a client of the package `openai` made an error of, put together again: its `APIError` holds status and headers,
 * and of the body what `error` it had, or its text in the message. `undefined` for an error that is no answer.
 */
export function refusedAnswer(error: unknown): UpstreamResponse | undefined {
  const status = memberOf(error, 'status')
  if (typeof status !== 'number' || isTokenRefusal(error)) return undefined
  const body = wholeBody(new TextEncoder().encode(bodyText(error, status)))
  return { status, headers: headersOf(memberOf(error, 'headers')), body }
}

/**
 * What a client of the package `openai` throws for other reasons than an answer: a connection that failed, or a key that it could
 * not get. Recognised by its shape, for there may be several copies of that package.
 */
export function toClientError(error: unknown, id: string, baseURL: string): GatewayError {
  const cause = memberOf(error, 'cause')
  if (isGatewayError(cause)) return cause
  // Its connection errors are answers without a status; what it throws before it sends anything is none.
  const isConnection = isObject(error) && 'status' in error && !isTokenRefusal(error)
  if (isConnection) return toFetchError(error, URL.canParse(baseURL) ? new URL(baseURL).host : baseURL)
  return new GatewayError(
    'upstream_auth_failed',
    `The OpenAI client of the provider '${id}' sent nothing; check the key it is made with, or what gets its keys.`,
    { cause: error },
  )
}

/** The package's `OAuthError` has a status, too: that of whoever gives out the tokens, who is not the upstream. */
function isTokenRefusal(error: unknown): boolean {
  return isObject(error) && 'error_code' in error
}

function bodyText(error: unknown, status: number): string {
  const body = memberOf(error, 'error')
  if (typeof body === 'string') return JSON.stringify({ error: body })
  // The client takes OpenAI's envelope off, where there was one, and leaves other shapes as they are.
  if (isObject(body)) return JSON.stringify('message' in body ? { error: body } : body)
  const text = String(memberOf(error, 'message')).replace(`${status} `, '')
  return text === 'status code (no body)' ? '' : text
}

/** Not always the platform's `Headers`: a client may have got another `fetch`. */
function headersOf(headers: unknown): Record<string, string> {
  return isObject(headers) && isPairs(headers) ? Object.fromEntries(headers) : {}
}

function isPairs(headers: object): headers is Iterable<readonly [string, string]> {
  return Symbol.iterator in headers
}

function wholeBody(bytes: Uint8Array): UpstreamResponse['body'] {
  const reads = bytes.length > 0 ? [bytes] : []
  return {
    next() {
      const value = reads.pop()
      return Promise.resolve(value ? { done: false, value } : { done: true, value: undefined })
    },
  }
}
