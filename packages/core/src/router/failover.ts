import type { ErrorCode, GatewayError } from '../errors.ts'

/**
 * What a failed attempt means for the call: another target may do better, only one with a larger context window may, only one that can
 * do what this one cannot may, or no target will.
 */
export type Failover = 'next' | 'larger' | 'able' | 'stop'

/**
 * One row a code that can come out of an attempt; a code without a row stops. The request itself being at fault fails the
 * same everywhere, so it never costs a second upstream call.
 */
const table: Partial<Record<ErrorCode, Failover>> = {
  timeout_connect: 'next',
  timeout_first_frame: 'next',
  timeout_idle: 'next',
  upstream_unavailable: 'next',
  upstream_rate_limited: 'next',
  upstream_bad_response: 'next',
  /** A cut before content: the caller has seen nothing yet. */
  stream_interrupted: 'next',
  /** The gateway's own credentials or model access are at fault, which another target may not share. */
  upstream_auth_failed: 'next',
  model_not_found: 'next',
  circuit_open: 'next',
  bulkhead_full: 'next',
  context_length_exceeded: 'larger',
}

/** What is done about a failed attempt. */
export function failoverOf(error: GatewayError): Failover {
  return error.lacks ? 'able' : (table[error.code] ?? 'stop')
}
