import { GatewayError } from '../errors.ts'

const header = 'x-modelgate-context'

/**
 * Whether a caller lets facts be added to its prompt: unless it says `x-modelgate-context: off`.
 * @throws {GatewayError} `invalid_request` for a value that is neither `on` nor `off`: who meant to have none would be given some
 */
export function wantsContext(headers: Readonly<Record<string, string | undefined>>): boolean {
  const text = headers[header]
  if (text === undefined) return true
  const wish = text.trim().toLowerCase()
  if (wish === 'on' || wish === 'off') return wish === 'on'
  const got = JSON.stringify(text.slice(0, 32))
  throw new GatewayError('invalid_request', `${header}: must be 'on' or 'off', got ${got}.`)
}
