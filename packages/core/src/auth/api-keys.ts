import type { Principal } from '../contract.ts'
import { errorText } from '../error-text.ts'
import { GatewayError, isGatewayError } from '../errors.ts'
import { isPromise } from '../is-promise.ts'
import { type ChecksOf, checkValues } from '../wire/check-values.ts'
import { callable, either, fits, hasMethods, members, number, off, required, whole } from '../wire/value-check.ts'
import { type Authenticate, type AuthRequest, apiKeyOf, invalidKey, missingKey } from './authenticate.ts'
import { isMalformedKey } from './create-api-key.ts'
import { FailedAttempts } from './failed-attempts.ts'
import { hashKey, keepHashes } from './hash-key.ts'
import { type Found, KeyLookup } from './key-lookup.ts'
import type { KeyRecord, KeyStore } from './key-store.ts'
import { principalOf } from './principal-of.ts'

/** How keys are hashed, cached and defended against guessing. */
export interface ApiKeysOptions {
  /** Keys are hashed with HMAC-SHA256 and this secret in place of SHA-256. The stores' hashes must be made with it, too. */
  readonly pepper?: string | undefined
  /** For how long a record of a store that has to be waited for is taken as it is: revocation and expiry are seen within it. Milliseconds, default 60,000. */
  readonly cacheMs?: number | undefined
  /** For how long such a record stands in while its store is down, in milliseconds from its reading. Default 300,000. */
  readonly staleMs?: number | undefined
  /**
   * After so many refused keys from one address (IPv6: its /64) within a minute, further unknown keys from there are answered 429
   * without a look-up. Keys known to be good pass. Default 30; `false` for none. Where the gateway does not know the address there is none.
   */
  readonly failedAttempts?: { readonly perMinute: number } | false | undefined
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined
  /** Told, at most once a minute, that a store does not answer, and why. Default: `console.error`. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/**
 * API keys as the door's authentication. Missing, malformed, unknown, revoked and expired keys get the same answer. A store that is in
 * memory answers at once and is asked at every call; another is cached, and while it is down nobody is told that a key is invalid.
 * @param stores one, or several that are asked in order until one has the key
 * @throws {GatewayError} `invalid_configuration` for what is no store, and for options that make no sense.
 */
export function apiKeys(stores: KeyStore | readonly KeyStore[], options: ApiKeysOptions = {}): Authenticate {
  const list: readonly KeyStore[] = Array.isArray(stores) ? stores : [stores]
  checkStores(list)
  checkOptions(options)
  const { pepper, cacheMs = 60_000, staleMs = 300_000, now = Date.now, failedAttempts = { perMinute: 30 } } = options
  const attempts = failedAttempts ? new FailedAttempts(failedAttempts.perMinute, now) : undefined
  const beforeAsking = (request: AuthRequest): void => attempts?.check(request)
  const onError = onceAMinute(options.onError ?? consoleError, now)
  const lookups = list.map(store => new KeyLookup(store, { cacheMs, staleMs, now, beforeAsking, onError }))
  const hashOf = keepHashes(key => (isMalformedKey(key) ? undefined : hashKey(key, pepper)))

  const admit = (record: KeyRecord | undefined, request: AuthRequest): Principal => {
    const principal = record && principalOf(record, now())
    if (principal) return principal
    throw attempts ? attempts.refuse(request) : invalidKey()
  }
  return request => {
    const key = apiKeyOf(request.headers)
    // Who sends none guesses none: not counted, so that a probe of a neighbour's does not lock out good keys.
    if (!key) throw missingKey()
    const apiKeyHash = hashOf(key)
    const found = apiKeyHash === undefined ? undefined : findIn(lookups, apiKeyHash, request)
    return isPromise(found) ? found.then(record => admit(record, request)) : admit(found, request)
  }
}

function findIn(lookups: readonly KeyLookup[], apiKeyHash: string, request: AuthRequest): Found {
  const [first] = lookups
  if (first && lookups.length === 1) return first.find(apiKeyHash, request)
  return findAmong(lookups.values(), lookup => lookup.find(apiKeyHash, request))
}

/** The first that has it. One that is down, or may not be asked, hides none of the others' keys, but where none has it, it may have been there. */
function findAmong(lookups: Iterator<KeyLookup>, find: (lookup: KeyLookup) => Found, fault?: GatewayError): Found {
  const { value: lookup, done } = lookups.next()
  if (done) {
    if (fault) throw fault
    return undefined
  }
  const goOn = (error: unknown): Found => {
    if (!isGatewayError(error)) throw error
    return findAmong(lookups, find, error)
  }
  let found: Found
  try {
    found = find(lookup)
  } catch (error) {
    return goOn(error)
  }
  if (isPromise(found)) return found.then(record => record ?? findAmong(lookups, find, fault), goOn)
  return found ?? findAmong(lookups, find, fault)
}

function checkOptions(options: ApiKeysOptions): void {
  const checks: ChecksOf<ApiKeysOptions> = {
    // Whatever stands there is not shown.
    pepper: fits(
      pepper => typeof pepper === 'string' && pepper !== '',
      'must be a text that is not empty: the secret that the hashes were made with; or leave it out',
    ),
    cacheMs: number({ min: 0 }),
    staleMs: number({ min: 0 }),
    failedAttempts: either(off(), members({ perMinute: required(whole(1, 1_000)) })),
    now: callable(),
    onError: callable(),
  }
  checkValues(options, checks, 'apiKeys()')
}

function checkStores(stores: readonly KeyStore[]): void {
  if (stores.length > 0 && stores.every(store => hasMethods(store, 'findByHash'))) return
  const takes = 'apiKeys() takes a key store, such as memoryKeyStore([{ key }]), or a list of them.'
  throw new GatewayError('invalid_configuration', takes)
}

/** A store that is down fails with every call; one line a minute is enough to be woken by. */
function onceAMinute(tell: (error: unknown) => void, now: () => number): (error: unknown) => void {
  let toldAt = Number.NEGATIVE_INFINITY
  return error => {
    if (Math.abs(now() - toldAt) < 60_000) return
    toldAt = now()
    try {
      tell(error)
    } catch {
      // A listener that throws must not refuse a key that is good.
    }
  }
}

function consoleError(error: unknown): void {
  console.error('modelgate: the store of API keys does not answer:', errorText(error))
}
