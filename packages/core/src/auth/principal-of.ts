import type { Principal } from '../principal.ts'
import type { KeyRecord } from './key-store.ts'

/**
 * Whom a record lets in; nobody where it is revoked or expired. An expiry that is no date has passed: somebody meant there to be one.
 * @param now milliseconds since 1970
 */
export function principalOf(record: KeyRecord, now: number): Principal | undefined {
  if (record.active === false) return undefined
  if (record.expiresAt !== undefined && !(now < Date.parse(record.expiresAt))) return undefined
  return {
    tenant: record.tenant ?? record.userId,
    userId: record.userId,
    keyId: record.apiKeyId,
    tier: record.tier,
    permissions: record.permissions ?? ['completions'],
    allowedRoutes: record.allowedRoutes,
    rateLimit: record.rateLimit,
    budget: record.budget,
    maxTokens: record.maxTokens,
  }
}
