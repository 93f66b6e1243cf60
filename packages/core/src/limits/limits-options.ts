import type { RateLimit } from '../rate-limit.ts'
import type { LimitStore } from './limit-store.ts'

/** How callers are limited. A caller with neither a tier that has limits nor limits of its own is not, and costs nothing. */
export interface LimitsOptions {
  /** Where limits are counted. Default: in this process's memory, so that each process has limits of its own. */
  readonly store?: LimitStore | undefined
  /** What tiers stand for. Each takes the place of the one of its name in `defaultTiers`, whole. */
  readonly tiers?: Readonly<Record<string, RateLimit>> | undefined
  /**
   * What becomes of calls while the store cannot answer. `local`: limits are counted in memory, each quota divided by
   * `expectedInstances`. `open`: calls are let in. `closed`: they are refused with `limits_unavailable`. Default `local`.
   */
  readonly onStoreError?: 'local' | 'open' | 'closed' | undefined
  /** How many processes share the store, for `local`. Default 1, with which each of them admits the whole quota meanwhile. */
  readonly expectedInstances?: number | undefined
  /** Milliseconds that the store has before a call is sent upstream. Default 50. */
  readonly storeTimeoutMs?: number | undefined
  /** The output cap, in tokens, of a chat whose caller set none and whose tokens are limited. Default 4,096. */
  readonly defaultMaxTokens?: number | undefined
}
