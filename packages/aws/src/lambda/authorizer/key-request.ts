import { type AuthRequest, clientAddress, GatewayError } from '@modelgate/core'
import type { HttpMessage } from '../events/http-message.ts'

/**
 * What an authentication may look at, of the request in an event.
 * @param trustProxy proxies before AWS whose word on the caller's address is taken
 * @throws {GatewayError} `unauthenticated` for two Authorization headers: which was meant would be a guess.
 */
export function keyRequest({ method, path, headers, address, doubled }: HttpMessage, trustProxy: number): AuthRequest {
  if (doubled?.includes('authorization')) {
    throw new GatewayError('unauthenticated', 'The header authorization came more than once; send it once.')
  }
  return { method, path, headers, address: clientAddress(address, headers['x-forwarded-for'], trustProxy) }
}
