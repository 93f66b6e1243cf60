import type { CacheStore } from '../cache/cache-store.ts'
import { either, fits, hasMethods, members, off, oneOf, type ValueCheck, whole } from '../wire/value-check.ts'

/** Where answers of idempotency keys are kept, and for how long. */
export interface IdempotencyOptions {
  /**
   * Where answers are kept under their keys. Default: a `memoryCacheStore()` of this gateway's own, so that a repeat is known by the
   * instance alone that the first call came to.
   */
  readonly store?: CacheStore | undefined
  /** Milliseconds for which an answer can be had again. Default 24 hours. */
  readonly ttlMs?: number | undefined
  /** Bytes of an answer that are kept at most, and no more than the store takes. Default 1 MiB. */
  readonly maxAnswerBytes?: number | undefined
  /**
   * While the store fails: `'open'` lets calls go on, so that a repeat may be answered, and paid for, anew; `'closed'` refuses calls with a
   * key. Default `'open'`.
   */
  readonly onStoreError?: 'open' | 'closed' | undefined
  /** Milliseconds that one question to the store may take. Default 500. */
  readonly storeTimeoutMs?: number | undefined
}

const longestTimeMs = 2_147_483_647

/** As it may stand in a gateway's options. */
export function idempotencyCheck(): ValueCheck {
  const positive = whole(1)
  return either(
    off(),
    members({
      store: fits(isCacheStore, 'must be a CacheStore, such as memoryCacheStore() makes'),
      ttlMs: positive,
      maxAnswerBytes: positive,
      onStoreError: oneOf(['open', 'closed']),
      storeTimeoutMs: whole(1, longestTimeMs),
    }),
  )
}

function isCacheStore(value: unknown): boolean {
  return hasMethods(value, 'get', 'put', 'delete', 'claim', 'replace', 'release')
}
