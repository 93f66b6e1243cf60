import { hash } from 'node:crypto'
import type { Principal } from '../contract.ts'
import { GatewayError } from '../errors.ts'
import { isPromise } from '../is-promise.ts'
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
  const hashOf = keepHashes()
  return request => {
    const key = apiKeyOf(request.headers)
    if (!key) throw invalidKey()
    const found = store.findByHash(hashOf(key))
    return isPromise(found) ? found.then(principalOf) : principalOf(found)
  }
}

/** How a key is kept and looked up. A key is 256 random bits, so a fast hash is right: a slow one would only be a way to overload us. */
export function hashKey(key: string): string {
  return hash('sha256', key, 'hex')
}

/** So many keys are remembered with their hashes, then all are forgotten: a prober's guesses must not fill the memory. */
const maxKept = 1_000
/** No key of anybody's is longer; a guess may be as long as a request's head. */
const longestKept = 256

/** The hash is what a call's authentication costs; the look-up, which knows of revocation, is made at every call all the same. */
function keepHashes(): (key: string) => string {
  const kept = new Map<string, string>()
  return key => {
    const before = kept.get(key)
    if (before !== undefined) return before
    const hashed = hashKey(key)
    if (key.length > longestKept) return hashed
    if (kept.size >= maxKept) kept.clear()
    kept.set(key, hashed)
    return hashed
  }
}

function principalOf(record: KeyRecord | undefined): Principal {
  if (!record || record.active === false) throw invalidKey()
  return {
    tenant: record.tenant ?? record.userId,
    userId: record.userId,
    keyId: record.apiKeyId,
    tier: record.tier,
    permissions: record.permissions ?? ['completions'],
    allowedRoutes: record.allowedRoutes,
  }
}
