import { kindOf } from '../request/invalid-request.ts'
import { isJsonObject } from '../wire/json.ts'

const wanted = 'give { accessKeyId, secretAccessKey, sessionToken? }'

/** What is wrong with a value that shall be credentials, without quoting any of it; `undefined` for good ones. */
export function credentialFault(value: unknown): string | undefined {
  if (!isJsonObject(value)) return `must be an object, got ${kindOf(value)}; ${wanted}`
  for (const name of ['accessKeyId', 'secretAccessKey', 'sessionToken'] as const) {
    const text = value[name]
    if (name === 'sessionToken' && (text === undefined || text === null || text === '')) continue
    if (typeof text !== 'string' || text === '')
      return `\`${name}\` must be a non-empty string, got ${kindOf(text)}; ${wanted}`
    // A key read from a file brings its line break along, and node:http then refuses the signed header.
    if (!/^[\x21-\x7e]+$/.test(text))
      return `\`${name}\` holds a character that no key has, such as a line break; trim it`
  }
  const { expiration } = value
  if (expiration === undefined || expiration === null || isDate(expiration)) return undefined
  return `\`expiration\` must be a Date, got ${kindOf(expiration)}; give new Date(…), or leave it out where it never comes`
}

function isDate(value: unknown): boolean {
  return value instanceof Date && !Number.isNaN(value.getTime())
}
