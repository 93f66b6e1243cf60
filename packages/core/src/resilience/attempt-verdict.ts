import { type ErrorCode, type GatewayError, isGatewayError } from '../errors.ts'
import { faultCode } from '../upstream/connection-fault.ts'
import { keptConnectionLost } from '../upstream/lost-connection.ts'

/**
 * What the end of an attempt says of its target: it works; it failed; it is asked too much; it refuses the gateway itself, or
 * does not know the model; or nothing at all.
 */
export type AttemptVerdict = 'success' | 'failure' | 'throttled' | 'refused' | 'neutral'

/**
 * A code without a row says nothing of the target: the request was at fault, its caller left or gave it too little time, or the
 * gateway refused it itself.
 */
const table: Partial<Record<ErrorCode, AttemptVerdict>> = {
  upstream_unavailable: 'failure',
  upstream_bad_response: 'failure',
  stream_interrupted: 'failure',
  timeout_connect: 'failure',
  timeout_first_frame: 'failure',
  timeout_idle: 'failure',
  upstream_rate_limited: 'throttled',
  upstream_auth_failed: 'refused',
  model_not_found: 'refused',
}

/** This machine is out of files, ports or memory, or it used a connection whose time was up: no upstream has failed. */
const ownFaults: ReadonlySet<string | undefined> = new Set([
  'EMFILE',
  'ENFILE',
  'EADDRNOTAVAIL',
  'ENOBUFS',
  'ENOMEM',
  keptConnectionLost,
])

/** `undefined` stands for an answer that was whole. */
export function attemptVerdict(error: GatewayError | undefined): AttemptVerdict {
  if (error === undefined) return 'success'
  const verdict = table[error.code] ?? 'neutral'
  if (verdict === 'failure' && isOwnFault(error)) return 'neutral'
  // An empty account: waiting does not fill it.
  if (verdict === 'throttled' && !error.retryable) return 'refused'
  return verdict
}

/** A cause may be a cause of itself. */
const deepest = 4

function isOwnFault(error: GatewayError): boolean {
  let cause: unknown = error.cause
  for (let depth = 0; depth < deepest && cause instanceof Error && !isGatewayError(cause); depth += 1) {
    if (ownFaults.has(faultCode(cause))) return true
    cause = cause.cause
  }
  return false
}
