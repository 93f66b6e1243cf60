import type { Budget } from '../budget.ts'
import type { RateLimit } from '../rate-limit.ts'

/** An API key as it is kept: never the key itself. */
export interface KeyRecord {
  readonly apiKeyId: string
  /** SHA-256 of the key, or its HMAC-SHA256 where there is a pepper, in lower-case hexadecimal: `hashKey(key)`. */
  readonly apiKeyHash: string
  readonly userId: string
  /** Who pays. Default: the user. */
  readonly tenant?: string | undefined
  /** `free`, `basic`, `premium`, `enterprise`, or a tier of your own. */
  readonly tier?: string | undefined
  /** Scopes: `completions`, `health`, `admin`. Default `['completions']`. */
  readonly permissions?: readonly string[] | undefined
  /** Route names or targets the key may name. Absent: all that are exposed. */
  readonly allowedRoutes?: readonly string[] | undefined
  /** Default true. */
  readonly active?: boolean | undefined
  /** ISO 8601. */
  readonly createdAt?: string | undefined
  /** ISO 8601; from then on the key is refused. Absent: never. */
  readonly expiresAt?: string | undefined
  /** Limits of its own; each stands in place of its tier's. */
  readonly rateLimit?: RateLimit | undefined
  /** What calls with it may cost. */
  readonly budget?: Budget | undefined
  /** Most tokens that a call with it may ask to be answered with. */
  readonly maxTokens?: number | undefined
}

/**
 * Where keys are kept. The look-up by hash is the comparison: no key is ever compared byte by byte. A store in memory answers at once
 * and is asked at every call; what another promises is cached. One that cannot answer rejects, and never says that a key is unknown.
 */
export interface KeyStore {
  /** The record with this hash, revoked and expired ones as they stand. */
  findByHash(apiKeyHash: string): KeyRecord | undefined | Promise<KeyRecord | undefined>
}

/** A key given in configuration: the key itself, or its hash where the configuration is shared. `undefined` is refused, when it is used. */
export type ConfiguredKey = Omit<KeyRecord, 'apiKeyId' | 'apiKeyHash' | 'userId'> & {
  readonly apiKeyId?: string | undefined
  readonly userId?: string | undefined
} & (
    | {
        /** What callers send: one that `createApiKey()` made, or any other text. */
        readonly key: string | undefined
      }
    | {
        /** In its stead `hashKey(key)`, 64 hexadecimal digits. */
        readonly keyHash: string | undefined
      }
  )
