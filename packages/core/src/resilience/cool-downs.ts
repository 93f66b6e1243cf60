import { LRUCache } from 'lru-cache'
import type { GatewayError } from '../errors.ts'
import type { AttemptVerdict } from './attempt-verdict.ts'

/** How long targets are left alone that have asked for it, or refused the gateway. */
export interface CoolDownOptions {
  /** Default true. */
  readonly enabled?: boolean | undefined
  /** Milliseconds after a 429 that names no time, or none to come; twice as long each time it follows upon another. Default 1,000. */
  readonly throttledMs?: number | undefined
  /** Milliseconds after refused credentials, an empty account or a model that is not there. Default 60,000. */
  readonly refusedMs?: number | undefined
  /** The longest time that a 429's Retry-After is obeyed for, in milliseconds. Default 60,000. */
  readonly maxMs?: number | undefined
  /** Milliseconds of a clock that never goes back. Default `performance.now`. */
  readonly now?: (() => number) | undefined
}

/** A target that is left alone. */
export interface CoolingTarget {
  readonly untilMs: number
  /** `throttled` targets are not asked at all, `refused` ones where there is no other. */
  readonly why: 'throttled' | 'refused'
  /** How often it was throttled without a while between. */
  readonly strikes: number
}

/** As of breakers. */
const maxTargets = 1_000

/** Whoever was throttled longer ago begins anew. */
const forgetMs = 60_000

/** The targets that are left alone for a while. They are not broken: a 429 opens no breaker. */
export class CoolDowns {
  private readonly targets = new LRUCache<string, CoolingTarget>({ max: maxTargets })
  private readonly throttledMs: number
  private readonly refusedMs: number
  private readonly maxMs: number
  private readonly now: () => number

  constructor(options: CoolDownOptions = {}) {
    this.throttledMs = options.throttledMs ?? 1_000
    this.refusedMs = options.refusedMs ?? 60_000
    this.maxMs = options.maxMs ?? 60_000
    this.now = options.now ?? (() => performance.now())
  }

  /** The target, where it is left alone now. */
  find(key: string): CoolingTarget | undefined {
    // Nearly always nobody cools down.
    if (this.targets.size === 0) return undefined
    const target = this.targets.get(key)
    return target && target.untilMs > this.now() ? target : undefined
  }

  /** Milliseconds, at least 1. */
  waitMs({ untilMs }: CoolingTarget): number {
    return Math.max(1, Math.ceil(untilMs - this.now()))
  }

  end(key: string, verdict: AttemptVerdict, error: GatewayError | undefined): void {
    if (verdict === 'success') this.warm(key)
    else if (verdict === 'throttled') this.throttle(key, error?.retryAfterMs)
    else if (verdict === 'refused' && this.find(key)?.why !== 'throttled') {
      this.targets.set(key, { untilMs: this.now() + this.refusedMs, why: 'refused', strikes: 0 })
    }
  }

  reset(keys: (key: string) => boolean = () => true): void {
    for (const key of Array.from(this.targets.keys()).filter(keys)) this.targets.delete(key)
  }

  /** Those that are left alone now, by target. */
  *all(): Generator<readonly [string, CoolingTarget]> {
    for (const [key, target] of this.targets.entries()) if (target.untilMs > this.now()) yield [key, target]
  }

  /** An answer shows that credentials are taken again; of a throttled target it may be one from before. */
  private warm(key: string): void {
    if (this.targets.size === 0) return
    const target = this.targets.get(key)
    if (target && (target.why === 'refused' || target.untilMs <= this.now())) this.targets.delete(key)
  }

  private throttle(key: string, retryAfterMs: number | undefined): void {
    const now = this.now()
    const before = this.targets.get(key)
    const { strikes = 0, untilMs = 0 } = before?.why === 'throttled' ? before : {}
    // A hundred calls that were throttled at once are one strike.
    const struck = now < untilMs ? strikes : now - untilMs > forgetMs ? 1 : strikes + 1
    const growing = this.throttledMs * 2 ** Math.min(struck - 1, 30)
    const waitMs = Math.min(retryAfterMs || growing, this.maxMs)
    this.targets.set(key, { untilMs: Math.max(untilMs, now + waitMs), why: 'throttled', strikes: struck })
  }
}
