import { GatewayError } from '../errors.ts'
import type { BatchStatus } from '../wire/batch-object.ts'

/** How a batch that came to its end in this state failed; `undefined` where it did not. */
export function batchFailure(status: BatchStatus): GatewayError | undefined {
  if (status === 'cancelled') return new GatewayError('cancelled', 'The batch was cancelled.')
  if (status === 'expired') return new GatewayError('timeout_total', 'The batch was not done within its window.')
  if (status === 'failed') return new GatewayError('upstream_bad_response', 'The batch failed.', { retryable: false })
  return undefined
}
