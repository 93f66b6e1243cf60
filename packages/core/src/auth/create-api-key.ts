import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { GatewayError } from '../errors.ts'

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 62^43 is just above 2^256. */
const secretLength = 43
const checksumLength = 6
const environmentForm = /^[a-z0-9-]{1,32}$/
const form = /^mg_[a-z0-9-]{1,32}_[0-9A-Za-z]{49}$/

/**
 * A new key, `mg_<environment>_<43 base62 characters of 32 random bytes><6 base62 characters of their CRC-32>`. The prefix lets
 * scanners find one that leaked; the checksum lets the door refuse a mistyped one without asking its store.
 * @param environment what it is for, such as `live`: 1 to 32 of a–z, 0–9 and `-`
 * @throws {GatewayError} `invalid_configuration` for another environment.
 */
export function createApiKey(environment: string): string {
  if (!environmentForm.test(environment)) {
    throw new GatewayError(
      'invalid_configuration',
      `environment: '${environment.slice(0, 60)}' must be 1 to 32 of a–z, 0–9 and '-', since it stands in the key.`,
    )
  }
  const secret = base62(BigInt(`0x${randomBytes(32).toString('hex')}`), secretLength)
  const text = `mg_${environment}_${secret}`
  return text + checksum(text)
}

/** Whether a key begins with `mg_`, as ours do, and is none: mistyped, cut short or made up. Any other string may be a key of somebody's. */
export function isMalformedKey(text: string): boolean {
  if (!text.startsWith('mg_')) return false
  return !form.test(text) || checksum(text.slice(0, -checksumLength)) !== text.slice(-checksumLength)
}

function checksum(text: string): string {
  return base62(BigInt(crc32(text)), checksumLength)
}

function base62(value: bigint, length: number): string {
  let text = ''
  for (let rest = value; text.length < length; rest /= 62n) text = digits[Number(rest % 62n)] + text
  return text
}
