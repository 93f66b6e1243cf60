import { hash } from 'node:crypto'
import type { Call } from '../contract.ts'
import { canonicalText } from '../wire/canonical-text.ts'

/** Changes with what the key is made of, and with how answers are written: what an older version kept is not found then. */
const version = 2

/**
 * What tells a call's answer from every other: whose it is, all of its request but how it is to be sent, and whatever else decides who
 * answers. `undefined` where it cannot be told for sure.
 * @param facts what of the route decides beside the request
 */
export function cacheKey(call: Call, facts: readonly unknown[]): string | undefined {
  const { principal, pinnedProvider } = call.context
  const parts = [version, call.operation, principal?.tenant ?? null, pinnedProvider ?? null, facts, requestOf(call)]
  try {
    return hash('sha256', canonicalText(parts, { isExact: true }), 'hex')
  } catch {
    return undefined
  }
}

function requestOf(call: Call): object {
  if (call.operation !== 'chat') return call.request
  const { stream: _stream, stream_options: _options, ...request } = (call as Call<'chat'>).request
  return request
}
