import { GatewayError } from '../errors.ts'

const header = 'x-request-timeout-ms'

/**
 * The time a caller gives its call, in milliseconds, as it asks for by `x-request-timeout-ms`. It can only shorten the gateway's own.
 * @throws {GatewayError} `invalid_request` for what is no whole number of milliseconds
 */
export function requestTimeoutMs(headers: Readonly<Record<string, string | undefined>>): number | undefined {
  const text = headers[header]
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw new GatewayError('invalid_request', `${header}: must be a whole number of milliseconds, of at least 1.`)
}
