import type { Operation } from '../contract.ts'
import type { BreakerState, BreakerTiming } from './breaker-state.ts'

/** A breaker's state. */
export type BreakerStateName = BreakerState['state']

/** A breaker that has changed. */
export interface BreakerChange {
  /** `provider id/upstream model`. */
  readonly target: string
  /** What it was asked to do: each operation of a target has a breaker of its own. */
  readonly operation: Operation
  readonly from: BreakerStateName
  readonly to: BreakerStateName
}

/** When a target's breaker opens, and for how long. The names are resilience4j's. */
export interface CircuitBreakerOptions {
  /** Default true. */
  readonly enabled?: boolean | undefined
  /** Failures one after another that open it. Default 5. */
  readonly failureThreshold?: number | undefined
  /** Percent of the calls in the window that open it when they fail. Default 50. */
  readonly failureRateThreshold?: number | undefined
  /** So many calls must be in the window before their rate counts. Default 10. */
  readonly minimumNumberOfCalls?: number | undefined
  /** Milliseconds. Default 60,000. */
  readonly slidingWindowMs?: number | undefined
  /** Milliseconds; twice as long each time a probe fails, and up to a tenth longer by chance. Default 30,000. */
  readonly waitDurationInOpenStateMs?: number | undefined
  /** Milliseconds. Default 300,000, or `waitDurationInOpenStateMs` where that is more. */
  readonly maxWaitDurationInOpenStateMs?: number | undefined
  /** Probes that must succeed before it closes; meanwhile all other calls go on to the next target. Default 1. */
  readonly permittedNumberOfCallsInHalfOpenState?: number | undefined
  /** Told of each change as it happens. */
  readonly onStateChange?: ((change: BreakerChange) => void) | undefined
  /** Milliseconds of a clock that never goes back. Default `performance.now`. */
  readonly now?: (() => number) | undefined
  /** In [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined
}

/** The options, whole. */
export interface BreakerSettings extends BreakerTiming {
  readonly failureThreshold: number
  readonly failureRateThreshold: number
  readonly minimumNumberOfCalls: number
  readonly slidingWindowMs: number
  readonly onStateChange: (change: BreakerChange) => void
  readonly now: () => number
  readonly random: () => number
}

/** The options with their defaults. */
export function breakerSettings(options: CircuitBreakerOptions): BreakerSettings {
  const { waitDurationInOpenStateMs = 30_000 } = options
  return {
    failureThreshold: options.failureThreshold ?? 5,
    failureRateThreshold: options.failureRateThreshold ?? 50,
    minimumNumberOfCalls: options.minimumNumberOfCalls ?? 10,
    slidingWindowMs: options.slidingWindowMs ?? 60_000,
    waitDurationInOpenStateMs,
    maxWaitDurationInOpenStateMs: options.maxWaitDurationInOpenStateMs ?? Math.max(300_000, waitDurationInOpenStateMs),
    permittedNumberOfCallsInHalfOpenState: options.permittedNumberOfCallsInHalfOpenState ?? 1,
    onStateChange: options.onStateChange ?? (() => {}),
    now: options.now ?? (() => performance.now()),
    random: options.random ?? Math.random,
  }
}
