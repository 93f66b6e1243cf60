import { type ConfiguredKey, GatewayError, type KeyRecord, type MemoryKeyStore, memoryKeyStore } from '@modelgate/core'

/** What a key is that stands in the secret by itself: whom it lets in. */
export type PlainKeyRecord = Omit<KeyRecord, 'apiKeyHash' | 'active' | 'createdAt'>

export interface SecretFormat {
  readonly plain: PlainKeyRecord
  readonly pepper: string | undefined
}

const forms = 'a key by itself, { "api_key": "…" }, or { "keys": [ … ] } as in a configuration file'

/**
 * The keys in a secret's text: a key by itself, `{ "api_key": "…" }`, or `{ "keys": [{ "key": "…" }] }`.
 * @throws {GatewayError} `invalid_configuration`. Nothing of the text is in it.
 */
export function keysInSecret(text: string, { plain, pepper }: SecretFormat): MemoryKeyStore {
  const trimmed = text.trim()
  if (/^[\x21-\x7e]{8,}$/.test(trimmed) && !/^["[{]/.test(trimmed))
    return memoryKeyStore([{ ...plain, key: trimmed }], { pepper })
  const value = parse(trimmed)
  if (isObject(value) && typeof value.api_key === 'string') {
    return memoryKeyStore([{ ...plain, key: value.api_key }], { pepper })
  }
  if (!isObject(value) || !Array.isArray(value.keys)) throw fault(`it is none of: ${forms}.`)
  const keys: readonly unknown[] = value.keys
  return memoryKeyStore(keys.map(toConfiguredKey), { pepper })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own words quote the text.
    throw fault(`it is none of: ${forms}.`)
  }
}

const texts: ReadonlySet<string> = new Set([
  'key',
  'keyHash',
  'apiKeyId',
  'userId',
  'tenant',
  'tier',
  'createdAt',
  'expiresAt',
])
const lists: ReadonlySet<string> = new Set(['permissions', 'allowedRoutes'])
const counts: ReadonlySet<string> = new Set([
  'requestsPerMinute',
  'requestsPerHour',
  'tokensPerMinute',
  'maxConcurrentCalls',
])

/** What is not understood is refused: a limit misspelt would be none. */
function toConfiguredKey(entry: unknown, index: number): ConfiguredKey {
  if (!isObject(entry)) throw fault(`keys[${index}] is no object.`)
  const wrong = Object.entries(entry).find(([name, value]) => !isMember(name, value))
  if (wrong) throw fault(`keys[${index}].${wrong[0].slice(0, 60)} is not a member of a key, or not of the right kind.`)
  if (typeof entry.key !== 'string' && typeof entry.keyHash !== 'string') {
    throw fault(`keys[${index}] has neither a key nor the keyHash of one.`)
  }
  return { apiKeyId: `key-${index + 1}`, ...entry } as ConfiguredKey
}

function isMember(name: string, value: unknown): boolean {
  if (texts.has(name)) return typeof value === 'string' && value !== ''
  if (lists.has(name)) return Array.isArray(value) && value.every(each => typeof each === 'string')
  if (name === 'active') return typeof value === 'boolean'
  if (name === 'maxTokens') return isCount(value)
  if (name !== 'rateLimit' || !isObject(value)) return false
  return Object.entries(value).every(([limit, quota]) => counts.has(limit) && isCount(quota))
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fault(what: string): GatewayError {
  return new GatewayError('invalid_configuration', `The secret of API keys cannot be read: ${what}`)
}
