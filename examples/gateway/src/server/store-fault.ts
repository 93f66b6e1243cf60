import { GatewayError, isGatewayError } from '@modelgate/core'

/** What a runtime throws at code that is wrong. Clients of stores throw other kinds. */
const ownFaults = [TypeError, RangeError, ReferenceError, SyntaxError]

/**
 * What an administrator is told where a store does not answer: to try again; why is for the log. What it is not the stores' to throw
 * stays as it is.
 */
export function storeFault(error: unknown): unknown {
  if (isGatewayError(error) || (ownFaults.some(kind => error instanceof kind) && !isOfSdk(error))) return error
  const message = 'What this asks for is kept in a store that does not answer now; the log of the gateway says why.'
  return new GatewayError('upstream_unavailable', message, { cause: error, retryAfterMs: 1_000 })
}

/** AWS's SDK passes on what `JSON.parse` threw at an answer that was none of DynamoDB's, such as a proxy's page. */
function isOfSdk(error: unknown): boolean {
  return error instanceof SyntaxError && '$response' in error
}
