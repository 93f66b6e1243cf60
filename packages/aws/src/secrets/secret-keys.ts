import { type ConfiguredKey, GatewayError, type KeyRecord, type MemoryKeyStore, memoryKeyStore } from '@modelgate/core'

/** What a key is that stands in the secret by itself: whom it lets in. */
export type PlainKeyRecord = Omit<KeyRecord, 'apiKeyHash' | 'active' | 'createdAt'>

/** Whom a key lets in that stands in the secret by itself, and what all of the secret's keys are hashed with. */
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

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isList = (value: unknown): boolean => Array.isArray(value) && value.every(each => typeof each === 'string')
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0

const counts: ReadonlySet<string> = new Set([
  'requestsPerMinute',
  'requestsPerHour',
  'tokensPerMinute',
  'maxConcurrentCalls',
])

const periods: ReadonlySet<string> = new Set(['usdPerDay', 'usdPerMonth'])
const isUsd = (value: unknown): boolean => typeof value === 'number' && value >= 0

/** The members of a key, and what they may be. */
const members: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ...['key', 'apiKeyId', 'userId', 'tenant', 'tier', 'createdAt'].map(name => [name, isText] as const),
  ['keyHash', (value: unknown) => typeof value === 'string' && /^[0-9a-f]{64}$/i.test(value)],
  ['expiresAt', (value: unknown) => typeof value === 'string' && !Number.isNaN(Date.parse(value))],
  ['permissions', isList],
  ['allowedRoutes', isList],
  ['active', (value: unknown) => typeof value === 'boolean'],
  ['maxTokens', isCount],
  [
    'budget',
    (value: unknown) =>
      isObject(value) && Object.entries(value).every(([period, usd]) => periods.has(period) && isUsd(usd)),
  ],
  [
    'rateLimit',
    (value: unknown) =>
      isObject(value) && Object.entries(value).every(([limit, quota]) => counts.has(limit) && isCount(quota)),
  ],
])

/** What is not understood is refused: a limit misspelt would be none. */
function toConfiguredKey(entry: unknown, index: number): ConfiguredKey {
  if (!isObject(entry)) throw fault(`keys[${index}] is no object.`)
  for (const [name, value] of Object.entries(entry)) {
    const isRight = members.get(name)
    // A name that is none of ours is not repeated: it may be a key that stands in the wrong place.
    if (!isRight) throw fault(`keys[${index}] has a member that is none of ${[...members.keys()].join(', ')}.`)
    if (!isRight(value)) throw fault(`keys[${index}].${name} is not of the right kind.`)
  }
  if (typeof entry.key !== 'string' && typeof entry.keyHash !== 'string') {
    throw fault(`keys[${index}] has neither a key nor the keyHash of one.`)
  }
  return { apiKeyId: `key-${index + 1}`, ...entry } as ConfiguredKey
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fault(what: string): GatewayError {
  return new GatewayError('invalid_configuration', `The secret of API keys cannot be read: ${what}`)
}
