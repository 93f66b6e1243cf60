import { LRUCache } from 'lru-cache'
import type { CallerCredentials } from '../caller-credentials.ts'
import type { RetryPolicy } from '../retry-policy.ts'
import { callerKey } from './caller-key.ts'
import { EventWindow } from './event-window.ts'

/** When a target that failed is asked again by the same call, where no other target is left. */
export interface RetryOptions {
  /** Default true. */
  readonly enabled?: boolean | undefined
  /** Most milliseconds before the first such attempt; twice as many before each further one, and a random part of it. Default 50. */
  readonly baseDelayMs?: number | undefined
  /** Longest wait in milliseconds. An upstream that asks for more is not asked again: its caller is told. Default 2,000. */
  readonly maxDelayMs?: number | undefined
  /** Percent of a target's calls of the last 10 s that may be such attempts. Default 10. */
  readonly budgetPercent?: number | undefined
  /** As many are allowed in 10 s, however few calls there are. Default 3. */
  readonly minRetries?: number | undefined
  /** Milliseconds of a clock that never goes back. Default `performance.now`. */
  readonly now?: (() => number) | undefined
  /** In [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined
}

const windowMs = 10_000

/** As of breakers. */
const maxTargets = 1_000

/** Full jitter, and a budget for each target: a target that is down gets hardly more calls for being down. */
export class BudgetedRetries implements RetryPolicy {
  private readonly targets = new LRUCache<string, EventWindow>({ max: maxTargets })
  private readonly options: RetryOptions
  private readonly now: () => number
  private readonly random: () => number
  private callers: BudgetedRetries | undefined

  constructor(options: RetryOptions = {}) {
    this.options = options
    this.now = options.now ?? (() => performance.now())
    this.random = options.random ?? Math.random
  }

  /** Counts a call of the target that is none of these attempts. */
  called(target: string): void {
    this.windowOf(target).add(this.now(), false)
  }

  take(target: string): boolean {
    const window = this.windowOf(target)
    const nowMs = this.now()
    const retries = window.markedTotal(nowMs)
    const { budgetPercent = 10, minRetries = 3 } = this.options
    const calls = window.total(nowMs) - retries
    if (retries + 1 > Math.max(minRetries, (calls * budgetPercent) / 100)) return false
    window.add(nowMs, true)
    return true
  }

  delayMs(round: number, retryAfterMs: number): number | undefined {
    const { baseDelayMs = 50, maxDelayMs = 2_000 } = this.options
    if (retryAfterMs > maxDelayMs) return undefined
    const jittered = this.random() * Math.min(baseDelayMs * 2 ** Math.min(round, 30), maxDelayMs)
    return Math.max(jittered, retryAfterMs)
  }

  forCaller(credentials: CallerCredentials): RetryPolicy {
    this.callers ??= new BudgetedRetries(this.options)
    const { callers } = this
    return {
      called: target => callers.called(callerKey(credentials, target)),
      take: target => callers.take(callerKey(credentials, target)),
      delayMs: (round, retryAfterMs) => callers.delayMs(round, retryAfterMs),
    }
  }

  private windowOf(target: string): EventWindow {
    const known = this.targets.get(target)
    if (known) return known
    const window = new EventWindow(windowMs)
    this.targets.set(target, window)
    return window
  }
}
