import { GatewayError, readErrorBody } from '@modelgate/core'
import type { EndpointResponse } from './endpoint.ts'
import { eventError } from './errors.ts'
import { passedOnMessage } from './passed-on-message.ts'
import type { Upstream } from './upstream.ts'

const decoder = new TextDecoder()

/** A 200 that says something else than it should: an error in disguise, a proxy's page, nothing. */
export function badAnswer(upstream: Upstream, what: string): GatewayError {
  const message = passedOnMessage(`The upstream '${upstream.id}' answered with ${what}.`, upstream.secrets)
  return new GatewayError('upstream_bad_response', message)
}

/**
 * The JSON of a 200 answer.
 * @throws {GatewayError} `upstream_bad_response` for anything but JSON; what the error means if it holds one, as some servers answer.
 */
export function parseAnswer(bytes: Uint8Array, upstream: Upstream): unknown {
  let value: unknown
  try {
    value = JSON.parse(decoder.decode(bytes))
  } catch {
    // Its own error quotes the answer, which no log may hold.
    throw badAnswer(upstream, bytes.length === 0 ? 'an empty body' : 'something that is not JSON')
  }
  const error = eventError(value, upstream)
  if (error) throw error
  return value
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
