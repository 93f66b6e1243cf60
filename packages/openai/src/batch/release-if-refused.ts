import { type BatchGateway, type ErrorCode, isGatewayError, type KeptReservation } from '@modelgate/core'

const refusals: ReadonlySet<ErrorCode> = new Set([
  'invalid_request',
  'model_not_found',
  'upstream_auth_failed',
  'upstream_rate_limited',
])

/**
 * Gives back what was reserved for a batch where the upstream refused it. Any other failure leaves open whether the batch was begun: what it
 * may cost then stays reserved, and the operator is told.
 */
export function releaseIfRefused(
  gateway: Pick<BatchGateway, 'release' | 'onError'> | undefined,
  reserved: KeptReservation | undefined,
  { id, error }: { readonly id: string; readonly error: unknown },
): void {
  if (isGatewayError(error) && refusals.has(error.code)) gateway?.release(reserved)
  else if (reserved) {
    const message = `The upstream '${id}' did not say whether it began a batch, so that what it may cost stays reserved of its budgets.`
    gateway?.onError(new Error(message, { cause: error }))
  }
}
