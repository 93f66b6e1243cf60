import { GatewayError } from '../errors.ts'

/** A fault of one line: `Line 17: …`. */
export function badLine(number: number, why: string, cause?: unknown): GatewayError {
  return new GatewayError('invalid_request', `Line ${number}: ${why}.`, { param: 'file', cause })
}
