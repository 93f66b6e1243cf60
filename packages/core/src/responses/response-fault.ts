import type { ErrorCode, GatewayError } from '../errors.ts'
import type { ResponseFault } from '../wire/response-object.ts'

/** The codes of the Responses API that say what ours do; all others are the server's. */
const codes: Partial<Record<ErrorCode, string>> = {
  rate_limited: 'rate_limit_exceeded',
  upstream_rate_limited: 'rate_limit_exceeded',
  budget_exceeded: 'insufficient_quota',
  context_length_exceeded: 'context_length_exceeded',
  content_filtered: 'invalid_prompt',
  invalid_request: 'invalid_prompt',
}

/** Why a response failed that had begun. */
export function toResponseFault(error: GatewayError): ResponseFault {
  return { code: codes[error.code] ?? 'server_error', message: error.toBody().error.message }
}
