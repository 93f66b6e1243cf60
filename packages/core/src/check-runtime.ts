import { GatewayError } from './errors.ts'

/**
 * Node 20 and older, which npm warns of and no more: there the first function that is missing would end a call, or the start, by its name alone.
 * @throws {GatewayError} `invalid_configuration` with what it takes.
 */
export function checkRuntime(): void {
  if (typeof Promise.withResolvers === 'function') return
  throw new GatewayError('invalid_configuration', `Modelgate needs Node 22.19 or newer; this is ${process.version}.`)
}
