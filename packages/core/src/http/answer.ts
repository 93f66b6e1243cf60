import type { CallContext } from '../call-context.ts'
import type { Payload } from '../contract.ts'
import type { GatewayError } from '../errors.ts'
import type { AnswerHeaders, Sink } from './front.ts'

const encoder = new TextEncoder()

/** A whole JSON answer. `headers` get its type and its length. A promise where the sink's end is one. */
export function sendJson(sink: Sink, status: number, body: unknown, headers: AnswerHeaders): void | Promise<void> {
  const text = JSON.stringify(body)
  if (!sink.endText || Buffer.byteLength(text) !== text.length) {
    return sendBytes(sink, status, encoder.encode(text), headers)
  }
  sendHead(sink, status, text, headers)
  return sink.endText(text)
}

/** A whole JSON answer of a call that succeeded: as it came, where nobody has changed it. */
export function sendPayload(
  sink: Sink,
  { value, bytes, text }: Payload<unknown>,
  headers: AnswerHeaders,
): void | Promise<void> {
  if (!bytes) return sendJson(sink, 200, value, headers)
  if (text === undefined || !sink.endText) return sendBytes(sink, 200, bytes, headers)
  sendHead(sink, 200, text, headers)
  return sink.endText(text)
}

/** A whole JSON answer that is bytes already. */
function sendBytes(sink: Sink, status: number, bytes: Uint8Array, headers: AnswerHeaders): void | Promise<void> {
  sendHead(sink, status, bytes, headers)
  return sink.end(bytes)
}

function sendHead(sink: Sink, status: number, { length }: Uint8Array | string, headers: AnswerHeaders): void {
  headers['content-type'] = 'application/json'
  headers['content-length'] = String(length)
  sink.head(status, headers)
}

/** An error as a whole answer: OpenAI's envelope, the status, and what clients may do about it in the headers. */
export function sendError(sink: Sink, error: GatewayError, headers: AnswerHeaders): void | Promise<void> {
  return sendJson(sink, error.status, error.toBody(), { ...headers, ...errorHeaders(error) })
}

/** `x-should-retry` is obeyed by OpenAI's SDKs, which otherwise retry every 408, 409, 429 and 5xx. */
function errorHeaders(error: GatewayError): AnswerHeaders {
  const headers: AnswerHeaders = { 'x-should-retry': String(error.retryable) }
  const retryAfterMs = error.retryAfterMs ?? (error.status === 429 ? 1_000 : undefined)
  // Clients that obey it would ask at once, and again, after 0.
  if (retryAfterMs !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfterMs / 1_000)))
  if (error.status === 401) headers['www-authenticate'] = 'Bearer'
  if (error.attempts?.length) headers['x-modelgate-attempts'] = attemptsHeader(error.attempts)
  return headers
}

/**
 * What became of the call so far, told on every answer beside what its layers say.
 * @param ownParam what a member of the call is called by who sent it
 */
export function addCallHeaders(context: CallContext, ownParam: (param: string) => string = param => param): void {
  const { route, target, attempts, droppedParams, answerHeaders: headers } = context
  if (context.callerCredentials) headers['x-modelgate-paid-by'] = 'caller'
  if (route !== undefined) headers['x-modelgate-route'] = printable(route)
  if (target) {
    headers['x-modelgate-provider'] = target.provider
    headers['x-modelgate-model'] = printable(target.model)
  }
  if (attempts.length > 0) headers['x-modelgate-attempts'] = attemptsHeader(attempts)
  if (droppedParams.size > 0)
    headers['x-modelgate-dropped-params'] = printable([...droppedParams].map(ownParam).join(', '))
}

/** What is known while the call is still under way: not which target answers it, after how many attempts, at what cost. */
export function addEarlyHeaders(
  headers: AnswerHeaders,
  { route, answerHeaders, callerCredentials }: CallContext,
): void {
  Object.assign(headers, answerHeaders)
  delete headers['x-modelgate-cost-usd']
  if (callerCredentials) headers['x-modelgate-paid-by'] = 'caller'
  if (route !== undefined) headers['x-modelgate-route'] = printable(route)
}

function attemptsHeader(attempts: CallContext['attempts'] | NonNullable<GatewayError['attempts']>): string {
  let text = ''
  for (const { target, code, durationMs } of attempts) text += `${text && ', '}${target};${code};${durationMs}ms`
  return printable(text)
}

/** Clients refuse heads beyond 16 KB, Node's among them. */
const longestHeader = 2_000

const plain = /^[\x20-\x7e]*$/

/** A name a caller gave may hold anything; a header may not, and a line break in one is an injection. */
function printable(text: string): string {
  if (text.length <= longestHeader && plain.test(text)) return text
  return text
    .slice(0, longestHeader)
    .replace(/[^\x20-\x7e]/gu, character => encodeURIComponent(character.toWellFormed()))
    .slice(0, longestHeader)
}
