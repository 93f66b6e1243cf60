import { GatewayError, isGatewayError, type Usage } from '@modelgate/core'

/** The failure of a call that Bedrock was called several times for, with what was answered before it: that is paid for. */
export function withUsage(error: unknown, usage: Usage | undefined): unknown {
  if (!usage || !isGatewayError(error)) return error
  const { code, message, param, status, retryable, retryAfterMs, cause } = error
  return new GatewayError(code, message, { param, status, retryable, retryAfterMs, cause, usage })
}
