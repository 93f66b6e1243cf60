import { GatewayError } from '../errors.ts'
import type { Door } from './door.ts'

/**
 * The door of a gateway that a front is to stand before.
 * @throws {GatewayError} `invalid_configuration` for what is no gateway: that is found out when it is mounted, and not by its first caller
 */
export function doorOf(gateway: { readonly door: Door }, front: string): Door {
  const door: Door | undefined = gateway?.door
  if (typeof door?.handle === 'function') return door
  throw new GatewayError(
    'invalid_configuration',
    `${front} takes a gateway, such as createGateway({ providers: [openai()] }) makes.`,
  )
}
