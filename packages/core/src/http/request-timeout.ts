import { GatewayError } from '../errors.ts'

const header = 'x-request-timeout-ms'

/** As much of a wrong value as its error quotes. */
const longestQuote = 32

/**
 * The time a caller gives its call, in milliseconds, as it asks for by `x-request-timeout-ms`. It can only shorten the gateway's own.
 * @throws {GatewayError} `invalid_request` for what is no whole number of milliseconds
 */
export function requestTimeoutMs(headers: Readonly<Record<string, string | undefined>>): number | undefined {
  const text = headers[header]
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  const got = JSON.stringify(text.slice(0, longestQuote))
  throw new GatewayError('invalid_request', `${header}: must be a whole number of milliseconds from 1 on, got ${got}.`)
}
