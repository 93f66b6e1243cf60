import { GatewayError, type GatewayErrorOptions } from '@modelgate/core'

/** What is other in the copy of an error. */
export interface ErrorChanges extends GatewayErrorOptions {
  readonly message?: string
}

/** The same error with something changed: a copy, since one error may be thrown to several calls. */
export function changedError(error: GatewayError, { message = error.message, ...changes }: ErrorChanges): GatewayError {
  const { code, param, status, retryable, retryAfterMs, attempts, lacks, cause } = error
  const { usage, usageSource, unpriced, promptsSent } = error
  const spent = { usage, usageSource, unpriced, promptsSent }
  const options = { param, status, retryable, retryAfterMs, attempts, ...spent, lacks, cause }
  const copy = new GatewayError(code, message, { ...options, ...changes })
  if (error.stack !== undefined) copy.stack = error.stack
  return copy
}
