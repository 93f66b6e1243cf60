import { hashKey } from './api-keys.ts'
import type { ConfiguredKey, KeyRecord, KeyStore } from './key-store.ts'

/** Keys from configuration, held by their hash. */
export function memoryKeyStore(keys: readonly ConfiguredKey[]): KeyStore {
  const records = new Map<string, KeyRecord>()
  for (const [index, configured] of keys.entries()) {
    const apiKeyHash = 'key' in configured ? hashKey(configured.key) : configured.keyHash.toLowerCase()
    const {
      apiKeyId = `key-${index + 1}`,
      userId = apiKeyId,
      tenant,
      tier,
      permissions,
      allowedRoutes,
      active,
    } = configured
    records.set(apiKeyHash, { apiKeyId, apiKeyHash, userId, tenant, tier, permissions, allowedRoutes, active })
  }
  return { findByHash: apiKeyHash => records.get(apiKeyHash) }
}
