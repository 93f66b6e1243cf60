import { type ErrorCode, toGatewayError } from '../errors.ts'

/** What an attempt fails with whose upstream had the request: it may have written, and charges for it. All others were refused. */
const worked: ReadonlySet<ErrorCode> = new Set([
  'cancelled',
  'shutting_down',
  'timeout_first_frame',
  'timeout_idle',
  'timeout_total',
  'stream_interrupted',
  'upstream_bad_response',
])

/** Whether the upstream of an attempt that failed so may have worked for it. */
export function mayHaveWorked(error: unknown): boolean {
  return worked.has(toGatewayError(error).code)
}
