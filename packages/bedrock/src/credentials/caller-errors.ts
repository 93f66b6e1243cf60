import { type ErrorCode, GatewayError } from '@modelgate/core'
import { sayingOf } from '../errors/error-sayings.ts'
import { type BedrockFailure, toBedrockError } from '../errors/errors.ts'
import { authRemedy } from './auth-failure.ts'

/** Refusals of who signed, and not of what they may do. */
const unknownSigner =
  /^(expiredtoken|unrecognizedclient|invalidclienttokenid|invalidsignature|signaturedoesnotmatch|incompletesignature|requestexpired|missingauthenticationtoken)/i

const solutions: Partial<Record<ErrorCode, string>> = {
  model_not_found: 'Enable model in AWS Console.',
  upstream_rate_limited: 'Check AWS quotas.',
}

/**
 * What a failure means to a caller who brought the AWS keys: refused ones are a 401, or a 403 where they lack a permission, and what
 * only the account's owner can mend is told with how. AWS's own text of a refusal, which may quote a session token, stays in `cause`.
 */
export function toCallerError(failure: BedrockFailure): GatewayError {
  const error = toBedrockError(failure)
  if (error.code === 'upstream_auth_failed') return refusal(failure, error)
  const solution = solutions[error.code]
  // A model that is named in the wrong way is told how to name it.
  if (!solution || sayingOf(failure.message).advice) return error
  const { code, message, status, param, retryable, retryAfterMs, cause } = error
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`
  return new GatewayError(code, `${sentence} ${solution}`, { status, param, retryable, retryAfterMs, cause })
}

function refusal({ name, status: upstreamStatus, requestId, action }: BedrockFailure, { cause }: GatewayError) {
  const status = unknownSigner.test(name) || (name === '' && upstreamStatus === 401) ? 401 : 403
  const solution = status === 401 ? 'Check AWS access key and secret.' : 'Verify IAM permissions.'
  const label = [upstreamStatus, name, requestId && `request ${requestId}`].filter(Boolean).join(', ')
  const message = `Bedrock refused your AWS credentials (${label}); ${authRemedy(name, action)} ${solution}`
  return new GatewayError('upstream_auth_failed', message, { status, cause })
}
