import type { CallerCredentials } from './caller-credentials.ts'

/** Whether and when a call asks the same target again, once no other is left. */
export interface RetryPolicy {
  /** Told of each attempt that is a call's first at this target. */
  called(target: string): void
  /** Takes one attempt from what the target's budget has left; false where nothing is. */
  take(target: string): boolean
  /**
   * Milliseconds to wait before the attempt; `undefined` where that is longer than a call should wait. `round` counts from 0;
   * `retryAfterMs` is what the target asked for, else 0.
   */
  delayMs(round: number, retryAfterMs: number): number | undefined
  /** The same with budgets of its own, for calls with these credentials. Default: they share the others'. */
  forCaller?(credentials: CallerCredentials): RetryPolicy
}
