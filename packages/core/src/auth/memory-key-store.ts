import { GatewayError } from '../errors.ts'
import { checkMembers } from '../wire/check-members.ts'
import { checkKeys } from './check-keys.ts'
import { isMalformedKey } from './create-api-key.ts'
import { hashKey } from './hash-key.ts'
import { type KeyAdmin, type KeyPage, takenIdMessage } from './key-admin.ts'
import type { ConfiguredKey, KeyRecord, KeyStore } from './key-store.ts'

/** Keys in this process's memory: its look-up answers at once, so that a revoked key is refused from then on. */
export interface MemoryKeyStore extends KeyStore, KeyAdmin {
  findByHash(apiKeyHash: string): KeyRecord | undefined
}

/**
 * Keys from configuration, held by their hash.
 * @param options `pepper`: that of {@link apiKeys}, where it has one
 * @throws {GatewayError} `invalid_configuration` for a key or an id that is there twice, a key that is empty, absent, not trimmed or a mistyped `mg_` key, a hash that is none, for an expiry that is no date, and for a member or an option that is none or of the wrong kind.
 */
export function memoryKeyStore(
  keys: readonly ConfiguredKey[],
  options: { readonly pepper?: string | undefined } = {},
): MemoryKeyStore {
  checkMembers(options, { pepper: true }, 'memoryKeyStore()')
  checkKeys(keys)
  const byHash = new Map<string, KeyRecord>()
  const ids = new Set<string>()
  for (const [index, configured] of keys.entries()) {
    const record = recordOf(configured, index, options.pepper)
    const taken = byHash.get(record.apiKeyHash)
    if (taken) {
      throw new GatewayError(
        'invalid_configuration',
        `keys[${index}]: this key is the same as that of '${taken.apiKeyId}'; one of the two would silently never be used.`,
      )
    }
    if (ids.has(record.apiKeyId)) {
      throw new GatewayError(
        'invalid_configuration',
        `keys[${index}].apiKeyId: '${record.apiKeyId}' is that of another key, too; limits, logs and revocation go by it, so each key needs its own.`,
      )
    }
    ids.add(record.apiKeyId)
    byHash.set(record.apiKeyHash, record)
  }
  return { findByHash: apiKeyHash => byHash.get(apiKeyHash), ...administer(byHash) }
}

function recordOf(configured: ConfiguredKey, index: number, pepper: string | undefined): KeyRecord {
  const at = `keys[${index}]`
  const apiKeyHash = hashOf(configured, at, pepper)
  const { apiKeyId = `key-${index + 1}`, userId = apiKeyId, expiresAt } = configured
  if (expiresAt !== undefined && Number.isNaN(Date.parse(expiresAt))) {
    throw new GatewayError(
      'invalid_configuration',
      `${at}.expiresAt: '${expiresAt}' is no date; write it as 2027-01-31T00:00:00Z.`,
    )
  }
  const { tenant, tier, permissions, allowedRoutes, active, createdAt, rateLimit, budget, maxTokens } = configured
  return {
    apiKeyId,
    apiKeyHash,
    userId,
    tenant,
    tier,
    permissions,
    allowedRoutes,
    active,
    createdAt,
    expiresAt,
    rateLimit,
    budget,
    maxTokens,
  }
}

/** An unset environment variable as a key would let in whoever sends nothing. */
function hashOf(configured: ConfiguredKey, at: string, pepper: string | undefined): string {
  const { key, keyHash }: { readonly key?: string | undefined; readonly keyHash?: string | undefined } = configured
  if (key && isMalformedKey(key)) {
    throw new GatewayError(
      'invalid_configuration',
      `${at}.key: it begins with mg_ but is no key that createApiKey() made, or is one mistyped, so the door would refuse it.`,
    )
  }
  if (key && /^\s|\s$|\p{Cc}/u.test(key)) {
    throw new GatewayError(
      'invalid_configuration',
      `${at}.key: it begins or ends with white space or holds a line break, which no header brings, so the door would refuse it; trim it.`,
    )
  }
  if (key && keyHash) throw new GatewayError('invalid_configuration', `${at}: give one of key and keyHash.`)
  if (key) return hashKey(key, pepper)
  if (keyHash && !/^[\da-f]{64}$/i.test(keyHash)) {
    throw new GatewayError(
      'invalid_configuration',
      `${at}.keyHash: must be 64 hexadecimal digits, as hashKey(key) gives them; no key has another hash.`,
    )
  }
  if (keyHash) return keyHash.toLowerCase()
  throw new GatewayError(
    'invalid_configuration',
    `${at}: give a key, or the keyHash of one; it has neither. Where one comes from an environment variable, that is not set.`,
  )
}

function administer(byHash: Map<string, KeyRecord>): KeyAdmin {
  const all = (): KeyRecord[] => [...byHash.values()]
  const withId = (apiKeyId: string): KeyRecord | undefined => all().find(record => record.apiKeyId === apiKeyId)
  return {
    async put(record) {
      if (withId(record.apiKeyId) || byHash.has(record.apiKeyHash)) {
        throw new GatewayError('invalid_request', takenIdMessage(record.apiKeyId), { param: 'apiKeyId', status: 409 })
      }
      byHash.set(record.apiKeyHash, record)
    },
    get: async apiKeyId => withId(apiKeyId),
    listByUser: async userId => all().filter(record => record.userId === userId),
    async list({ limit = 100, cursor } = {}): Promise<KeyPage> {
      const start = Number(cursor ?? 0)
      const records = all().slice(start, start + limit)
      return { records, cursor: start + limit < byHash.size ? String(start + limit) : undefined }
    },
    async setBudget(apiKeyId, budget) {
      const record = withId(apiKeyId)
      if (record) byHash.set(record.apiKeyHash, { ...record, budget })
      return record !== undefined
    },
    async revoke(apiKeyId) {
      const record = withId(apiKeyId)
      if (record) byHash.set(record.apiKeyHash, { ...record, active: false })
      return record !== undefined
    },
  }
}
