import { GatewayError } from '../errors.ts'
import { hashKey } from './api-keys.ts'
import type { ConfiguredKey, KeyRecord, KeyStore } from './key-store.ts'

/**
 * Keys from configuration, held by their hash.
 * @throws {GatewayError} `invalid_configuration` for a key that is there twice, empty or absent.
 */
export function memoryKeyStore(keys: readonly ConfiguredKey[]): KeyStore {
  const records = new Map<string, KeyRecord>()
  for (const [index, configured] of keys.entries()) {
    const apiKeyHash = hashOf(configured, `keys[${index}]`)
    const {
      apiKeyId = `key-${index + 1}`,
      userId = apiKeyId,
      tenant,
      tier,
      permissions,
      allowedRoutes,
      active,
    } = configured
    const taken = records.get(apiKeyHash)
    if (taken) {
      throw new GatewayError(
        'invalid_configuration',
        `keys[${index}]: this key is the same as that of '${taken.apiKeyId}'; one of the two would silently never be used.`,
      )
    }
    records.set(apiKeyHash, { apiKeyId, apiKeyHash, userId, tenant, tier, permissions, allowedRoutes, active })
  }
  return { findByHash: apiKeyHash => records.get(apiKeyHash) }
}

/** An unset environment variable as a key would let in whoever sends nothing. */
function hashOf(configured: ConfiguredKey, at: string): string {
  const { key, keyHash }: { readonly key?: string | undefined; readonly keyHash?: string | undefined } = configured
  if (key) return hashKey(key)
  if (keyHash) return keyHash.toLowerCase()
  throw new GatewayError('invalid_configuration', `${at}: give a key, or the keyHash of one; it has neither.`)
}
