import { GatewayError } from '@modelgate/core'

/**
 * Refuses what can check nobody, when a handler is made: each of its calls would fail instead.
 * @throws {GatewayError} `invalid_configuration`
 */
export function checkAuth(auth: unknown, subject: string): void {
  if (typeof auth === 'function') return
  const message = `${subject}: auth must be what checks keys, such as apiKeys(store), or a function of the request.`
  throw new GatewayError('invalid_configuration', message)
}
