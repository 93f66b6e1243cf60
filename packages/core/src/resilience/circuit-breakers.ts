import type { AttemptVerdict } from './attempt-verdict.ts'
import { type BreakerSettings, breakerSettings, type CircuitBreakerOptions } from './circuit-breaker-options.ts'
import { TargetBreaker } from './target-breaker.ts'

/** Callers may choose model ids: of more targets than this, those that nobody asked for longest are forgotten. */
const maxTargets = 1_000

/** A target that is being tried may be well in a moment: those who are turned away meanwhile are not told to stay away for long. */
const probingMs = 1_000

/** What an attempt that was let through is told its end with. */
export interface BreakerPermit {
  readonly breaker: TargetBreaker | undefined
  readonly epoch: number
  /** Whether the breaker was told that it streams. */
  readonly hasAnswered?: boolean | undefined
}

/**
 * The breakers of all targets. One opens when its target fails time after time, and then keeps calls from it; after a while some
 * probes may ask it again, and all other calls go on to the next target at once.
 * @see https://resilience4j.readme.io/docs/circuitbreaker
 */
export class CircuitBreakers {
  private readonly settings: BreakerSettings
  private readonly breakers = new Map<string, TargetBreaker>()
  private uses = 0

  constructor(options: CircuitBreakerOptions = {}) {
    this.settings = breakerSettings(options)
  }

  /** The breaker of a target that has answered or failed before. */
  find(key: string): TargetBreaker | undefined {
    const breaker = this.breakers.get(key)
    if (breaker) breaker.lastUse = ++this.uses
    return breaker
  }

  /**
   * Counts the end of an attempt. A target has a breaker from its first answer or failure on: what says nothing of it, such as a
   * model id that nobody knows, takes no room.
   */
  end(key: string, { breaker, epoch, hasAnswered }: BreakerPermit, verdict: AttemptVerdict): void {
    if (breaker) breaker.end(epoch, verdict, hasAnswered)
    else if (verdict === 'success' || verdict === 'failure') this.breakerOf(key).end(epoch, verdict)
  }

  /** Milliseconds until the target is asked again; 0 where it may be asked. */
  waitMs({ state }: TargetBreaker): number {
    if (state.state === 'closed') return 0
    const leftMs = Math.max(1, Math.ceil(state.untilMs - this.settings.now()))
    return state.state === 'open' ? leftMs : Math.min(leftMs, probingMs)
  }

  all(): readonly TargetBreaker[] {
    return [...this.breakers.values()]
  }

  private breakerOf(key: string): TargetBreaker {
    const known = this.find(key)
    if (known) return known
    if (this.breakers.size >= maxTargets) this.forgetOne()
    const breaker = new TargetBreaker(key, this.settings)
    breaker.lastUse = ++this.uses
    this.breakers.set(key, breaker)
    return breaker
  }

  /** Looked for when it has to be, which is seldom: a cache that keeps its entries in order pays for that with every call. */
  private forgetOne(): void {
    let oldest: TargetBreaker | undefined
    for (const breaker of this.breakers.values()) if (!oldest || breaker.lastUse < oldest.lastUse) oldest = breaker
    if (oldest) this.breakers.delete(oldest.key)
  }
}
