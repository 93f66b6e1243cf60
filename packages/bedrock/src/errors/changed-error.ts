import { GatewayError, type GatewayErrorOptions } from '@modelgate/core'

/** What is other in the copy of an error. */
interface ErrorChanges extends GatewayErrorOptions {
  readonly message?: string
}

/** The same error with something changed: a copy, since one error may be thrown to several calls. */
export function changedError(error: GatewayError, { message = error.message, ...changes }: ErrorChanges): GatewayError {
  const said: GatewayErrorOptions = error
  // A cause is no member that a spread takes.
  const copy = new GatewayError(error.code, message, { ...said, cause: error.cause, ...changes })
  if (error.stack !== undefined) copy.stack = error.stack
  return copy
}
