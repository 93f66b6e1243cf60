import type { LimitWindow } from '@modelgate/core'
import type { StoreSpec } from './open-store.ts'

/** What one process is to do to a store: plain data, sent to it. */
export interface Load {
  readonly store: StoreSpec
  readonly subject: string
  readonly windows: readonly LimitWindow[]
  /** By the machine's clock, see {@link machineTime}. */
  readonly startAt: number
  readonly durationMs: number
  /** One call so often, jittered, whether or not the one before was answered; at most {@link maxUnderWay} at once. */
  readonly askEveryMs: number
  readonly maxUnderWay: number
  /** Reserved by each call, where tokens are limited; it then uses anything from none of them to a quarter more. */
  readonly tokens: number
  /** Start anew, with a store that knows nothing, just after each of these, and ask at once this often. By the machine's clock. */
  readonly joins?: { readonly at: readonly number[]; readonly asks: number } | undefined
}

/** One call of a process, by the machine's clock. */
export interface AskedCall {
  readonly before: number
  readonly after: number
  readonly allowed: boolean
  /** What the store rejected with, where it did not decide, or could not be told in the end what the call used. */
  readonly failure?: string | undefined
  readonly reserved: number
  readonly used: number
  /** Around the store's answer to its settlement; absent where the load ended before it was told. */
  readonly settled?: { readonly before: number; readonly after: number }
}

/**
 * Milliseconds of a clock that all processes of the machine read alike, and that nobody sets:
 * https://nodejs.org/api/process.html#processhrtimebigint
 */
export function machineTime(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
