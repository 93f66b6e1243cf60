import { isGatewayError, type Usage } from '@modelgate/core'
import { changedError } from './changed-error.ts'

/** The failure of a call that Bedrock was called several times for, with what was answered before it: that is paid for. */
export function withUsage(error: unknown, usage: Usage | undefined): unknown {
  return usage && isGatewayError(error) ? changedError(error, { usage }) : error
}
