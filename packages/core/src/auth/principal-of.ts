import type { Principal } from '../principal.ts'
import type { KeyRecord } from './key-store.ts'

/**
 * Whom a record lets in; nobody where it is revoked or expired. An expiry that is no date has passed: somebody meant there to be one. What is
 * `null`, as in a row of a table, is left out, as what is `undefined` is: a null expiry would refuse the key.
 * @param now milliseconds since 1970
 */
export function principalOf(record: KeyRecord, now: number): Principal | undefined {
  if (record.active === false) return undefined
  const expiresAt = record.expiresAt ?? undefined
  if (expiresAt !== undefined && !(now < Date.parse(expiresAt))) return undefined
  return {
    tenant: record.tenant ?? record.userId,
    userId: record.userId,
    keyId: record.apiKeyId,
    tier: record.tier ?? undefined,
    permissions: record.permissions ?? ['completions'],
    allowedRoutes: record.allowedRoutes ?? undefined,
    rateLimit: record.rateLimit ?? undefined,
    budget: record.budget ?? undefined,
    maxTokens: record.maxTokens ?? undefined,
  }
}
