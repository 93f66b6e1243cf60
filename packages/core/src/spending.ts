import type { Usage } from './wire/usage.ts'

/** What a call has used so far: summed over its attempts, failed and cancelled ones included, as each of them settles. */
export interface Spending {
  /** Prompt and completion tokens of all attempts. */
  tokens: number
  /** US dollars; `null` once the price of one attempt is unknown. */
  costUsd: number | null
  /** `estimated` once one attempt's upstream reported nothing though it may have worked. */
  usageSource: 'reported' | 'estimated'
  /** Of the last attempt that used anything, which may have no outcome that would tell it. */
  usage?: Usage | undefined
}
