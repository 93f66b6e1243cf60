import { GatewayError, type Transport, transportFault } from '@modelgate/core'

/**
 * A transport as it was given.
 * @throws {GatewayError} `invalid_configuration` for what is none, as a function that nobody called.
 */
export function checkTransport(transport: Transport | undefined, subject: string): Transport | undefined {
  const fault = transportFault(transport)
  if (fault) throw new GatewayError('invalid_configuration', `${subject}: transport ${fault}`)
  return transport
}
