import { GatewayError, isGatewayError } from '@modelgate/core'
import { toBedrockError } from '../errors/errors.ts'

/** What an error of the AWS SDK's says of itself. */
interface Thrown {
  readonly name?: string
  readonly message?: string
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string }
}

/** The HTTP status that an error of the SDK's came with; `undefined` where there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return (error as Thrown | undefined)?.$metadata?.httpStatusCode
}

/** What a failure of S3's means. `action` is the one it needed: `s3:GetObject`. */
export function toS3Error(error: unknown, action: string): GatewayError {
  if (isGatewayError(error)) return error
  const status = statusOf(error)
  const { name = 'Error' } = error as Thrown
  if (name === 'NoSuchBucket') {
    const message = 'The bucket that files are kept in does not exist; set bedrockBatches({ bucket }) to one that does.'
    return new GatewayError('invalid_configuration', message, { cause: error })
  }
  if (status === 401 || status === 403) {
    const message = `S3 refused the gateway's own credentials (${name}); they need ${action} on the bucket that files are kept in.`
    return new GatewayError('upstream_auth_failed', message, { cause: error })
  }
  return new GatewayError('upstream_unavailable', `The store of files cannot be reached (${name}).`, { cause: error })
}

/** What a failure of Bedrock's job API means. `action` is the one it needed: `bedrock:CreateModelInvocationJob`. */
export function toJobError(error: unknown, action: string): GatewayError {
  if (isGatewayError(error)) return error
  const status = statusOf(error)
  const { name = 'Error', message = '', $metadata } = error as Thrown
  if (status === undefined) {
    return new GatewayError('upstream_unavailable', `Bedrock gave no answer (${name}).`, { cause: error })
  }
  return toBedrockError({ name, message, status, requestId: $metadata?.requestId, action })
}
