import { hash } from 'node:crypto'
import type { Principal } from '../contract.ts'
import { GatewayError } from '../errors.ts'
import { type Authenticate, apiKeyOf, invalidKey } from './authenticate.ts'
import type { KeyRecord, KeyStore } from './key-store.ts'

/**
 * API keys as the door's authentication. Missing, malformed, unknown and revoked keys get the same answer.
 * @throws {GatewayError} `invalid_configuration` for what is no store.
 */
export function apiKeys(store: KeyStore): Authenticate {
  if (typeof store?.findByHash !== 'function') {
    throw new GatewayError('invalid_configuration', 'apiKeys() takes a key store, such as memoryKeyStore([{ key }]).')
  }
  return async request => {
    const key = apiKeyOf(request.headers)
    if (!key) throw invalidKey()
    const record = await store.findByHash(hashKey(key))
    if (!record || record.active === false) throw invalidKey()
    return principalOf(record)
  }
}

/** How a key is kept and looked up. A key is 256 random bits, so a fast hash is right: a slow one would only be a way to overload us. */
export function hashKey(key: string): string {
  return hash('sha256', key, 'hex')
}

function principalOf(record: KeyRecord): Principal {
  return {
    tenant: record.tenant ?? record.userId,
    userId: record.userId,
    keyId: record.apiKeyId,
    tier: record.tier,
    permissions: record.permissions ?? ['completions'],
    allowedRoutes: record.allowedRoutes,
  }
}
