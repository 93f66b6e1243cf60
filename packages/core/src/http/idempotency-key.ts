import { GatewayError } from '../errors.ts'
import type { DoorRequest } from './front.ts'

/**
 * The idempotency key that a request came with, if any. Where its front makes one of several headers, and does not tell, so do they here.
 * @throws {GatewayError} `invalid_request` for two of them: joined, they are a key that neither sender of one would repeat.
 */
export function idempotencyKeyIn({ headers, doubled }: Pick<DoorRequest, 'headers' | 'doubled'>): string | undefined {
  if (!doubled?.includes('idempotency-key')) return headers['idempotency-key']
  throw new GatewayError('invalid_request', 'The header Idempotency-Key came more than once; send it once.', {
    param: 'Idempotency-Key',
  })
}
