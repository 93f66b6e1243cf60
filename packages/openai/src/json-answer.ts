import { GatewayError, type Payload, readErrorBody, type Usage } from '@modelgate/core'
import type { EndpointResponse } from './endpoint-response.ts'
import { eventError } from './errors.ts'
import { passedOnMessage } from './passed-on-message.ts'
import type { Upstream } from './upstream.ts'

const decoder = new TextDecoder()
const strictDecoder = new TextDecoder('utf-8', { fatal: true })

/** A 200 that says something else than it should: an error in disguise, a proxy's page, nothing; and what it used, where it says so. */
export function badAnswer(upstream: Upstream, what: string, usage?: Usage): GatewayError {
  const message = passedOnMessage(`The upstream '${upstream.id}' answered with ${what}.`, upstream.secrets)
  return new GatewayError('upstream_bad_response', message, { usage })
}

/** A longer one is sent as the bytes that it came as: to make bytes of its text again would copy it, and to keep both would hold it twice. */
const longestText = 16 * 1024

/** What a 200 answer says, and as what it came. */
interface ParsedAnswer extends Payload<unknown> {
  readonly bytes: Uint8Array
}

/**
 * The JSON of a 200 answer.
 * @throws {GatewayError} `upstream_bad_response` for anything but JSON; what the error means if it holds one, as some servers answer.
 */
export function parseAnswer(bytes: Uint8Array, upstream: Upstream): ParsedAnswer {
  const answer = parseJson(bytes, upstream)
  const error = eventError(answer.value, upstream)
  if (error) throw error
  return answer
}

/**
 * The JSON of a 200 answer, which may be an error.
 * @throws {GatewayError} `upstream_bad_response` for anything but JSON
 */
export function parseJson(bytes: Uint8Array, upstream: Upstream): ParsedAnswer {
  const text = textOf(bytes)
  let value: unknown
  try {
    value = JSON.parse(text ?? decoder.decode(bytes))
  } catch {
    // Its own error quotes the answer, which no log may hold.
    throw badAnswer(upstream, bytes.length === 0 ? 'an empty body' : 'something that is not JSON')
  }
  const isAscii = text?.length === bytes.length
  return { value, bytes, text: isAscii && bytes.length <= longestText ? text : undefined }
}

/** `undefined` for what is no UTF-8, in which no answer is lost for one character. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** Whether an answer is not plainly something else than a stream: no client could read it, and its error would be lost. */
export function mayBeEventStream({ headers }: EndpointResponse): boolean {
  return !/json|html|xml/i.test(headers['content-type'] ?? '')
}

/**
 * Reads what came in place of a stream.
 * @throws {GatewayError} always; the promise rejects
 */
export async function refuseAnswer({ headers, body, upstream }: EndpointResponse): Promise<never> {
  const type = headers['content-type'] ?? ''
  const bytes = await readErrorBody(body)
  if (bytes && /json/i.test(type)) parseAnswer(bytes, upstream)
  throw badAnswer(upstream, `${type.split(';')[0]} where a stream was asked for`)
}
