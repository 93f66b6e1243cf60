import { GatewayError, readBody, type UpstreamResponse } from '@modelgate/core'
import { eventError } from './errors.ts'

/** A 200 that says something else than it should: an error in disguise, a proxy's page, nothing. */
export function badAnswer(provider: string, what: string, cause?: unknown): GatewayError {
  return new GatewayError('upstream_bad_response', `The upstream '${provider}' answered with ${what}.`, { cause })
}

/**
 * The JSON of a 200 answer.
 * @throws {GatewayError} `upstream_bad_response` for anything but JSON; what the error means if it holds one, as some servers answer.
 */
export function parseAnswer(bytes: Uint8Array, provider: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw badAnswer(provider, bytes.length === 0 ? 'an empty body' : 'something that is not JSON', cause)
  }
  const error = eventError(value, provider)
  if (error) throw error
  return value
}

/** Refuses a stream that is none: no client could read it, and its error would be lost. */
export async function expectEventStream(response: UpstreamResponse, provider: string): Promise<void> {
  const type = response.headers['content-type'] ?? ''
  if (!/json|html|xml/i.test(type)) return
  const bytes = await readBody(response.body)
  if (/json/i.test(type)) parseAnswer(bytes, provider)
  throw badAnswer(provider, `${type.split(';')[0]} where a stream was asked for`)
}
