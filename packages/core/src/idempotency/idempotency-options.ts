import * as z from 'zod/mini'
import type { CacheStore } from '../cache/cache-store.ts'

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
export function idempotencySchema(): z.ZodMiniType {
  const positive = z.optional(z.int().check(z.minimum(1)))
  const store = z.optional(
    z.custom(isCacheStore, { error: () => 'must be a CacheStore, such as memoryCacheStore() makes' }),
  )
  return z.optional(
    z.union(
      [
        z.literal(false),
        z.strictObject({
          store,
          ttlMs: positive,
          maxAnswerBytes: positive,
          onStoreError: z.optional(z.enum(['open', 'closed'])),
          storeTimeoutMs: z.optional(z.int().check(z.minimum(1), z.maximum(longestTimeMs))),
        }),
      ],
      { error: () => 'must be false, or an object' },
    ),
  )
}

const methods = ['get', 'put', 'delete', 'claim', 'replace', 'release']

function isCacheStore(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return methods.every(name => typeof Reflect.get(value, name) === 'function')
}
