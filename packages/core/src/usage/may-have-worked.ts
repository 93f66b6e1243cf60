import { type ErrorCode, toGatewayError } from '../errors.ts'
import { faultCode } from '../upstream/connection-fault.ts'
import { codedCause } from '../upstream/fetch-transport.ts'

/** What an attempt fails with whose upstream had the request: it may have written, and charges for it. All others were refused. */
const worked: ReadonlySet<ErrorCode> = new Set([
  'cancelled',
  'reader_stalled',
  'shutting_down',
  'timeout_first_frame',
  'timeout_idle',
  'timeout_total',
  'stream_interrupted',
  'upstream_bad_response',
])

/** How a connection ends on which the request had gone out; a whole answer is written for a minute before its head comes. */
const lost: ReadonlySet<string | undefined> = new Set([
  'ECONNRESET',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'ERR_HTTP2_STREAM_ERROR',
])

/** Whether the upstream of an attempt that failed so may have worked for it. */
export function mayHaveWorked(error: unknown): boolean {
  const { code, cause } = toGatewayError(error)
  return worked.has(code) || (code === 'upstream_unavailable' && lost.has(faultCode(codedCause(cause))))
}
