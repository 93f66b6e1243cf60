/**
 * What one subject may use. A member that is absent, or `undefined`, is not limited.
 *
 * Each holds in *every* interval of its length: 100 requests a minute means that no 60 s anywhere hold a 101st.
 */
export interface RateLimit {
  /** Calls in any 60 s. */
  readonly requestsPerMinute?: number | undefined
  /** Calls in any 3,600 s. */
  readonly requestsPerHour?: number | undefined
  /** Tokens in any 60 s: prompt and completion together, reserved as an upper bound and settled with what was used. */
  readonly tokensPerMinute?: number | undefined
  /** Calls under way at once, in this process. */
  readonly maxConcurrentCalls?: number | undefined
}

/** What a tier's name stands for where nothing else is said. A tier that is not named here is not limited. */
export const defaultTiers: Readonly<Record<string, RateLimit>> = {
  free: { requestsPerMinute: 10, requestsPerHour: 100 },
  basic: { requestsPerMinute: 100 },
  premium: { requestsPerMinute: 1_000 },
  enterprise: { requestsPerMinute: 10_000 },
}
