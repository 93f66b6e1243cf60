/** When a source that fails is left alone. The names are those of the gateway's own breakers. */
export interface SourceBreakerOptions {
  /** Failures one after another that open it. Default 5. */
  readonly failureThreshold?: number | undefined
  /** Milliseconds; twice as long each time the probe fails, and up to a tenth longer by chance. Default 30,000. */
  readonly waitDurationInOpenStateMs?: number | undefined
  /** Milliseconds. Default 300,000. */
  readonly maxWaitDurationInOpenStateMs?: number | undefined
}

/** The clock of a breaker, and its chance. */
interface BreakerClock {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  /** In [0, 1). */
  readonly random: () => number
}

/** The breaker of a source: open after failures one after another, then tried by one search, all others going without meanwhile. */
export class SourceBreaker {
  private readonly options: Required<{ [K in keyof SourceBreakerOptions]: number }>
  private readonly clock: BreakerClock
  private failures = 0
  private openings = 0
  private openUntil = 0
  private isProbing = false
  /** Counts the changes: a search that began before the last one says nothing of this state. */
  private epoch = 0

  constructor(options: SourceBreakerOptions, clock: BreakerClock) {
    this.options = {
      failureThreshold: options.failureThreshold ?? 5,
      waitDurationInOpenStateMs: options.waitDurationInOpenStateMs ?? 30_000,
      maxWaitDurationInOpenStateMs: options.maxWaitDurationInOpenStateMs ?? 300_000,
    }
    this.clock = clock
  }

  get state(): 'closed' | 'open' | 'halfOpen' {
    if (this.openings === 0) return 'closed'
    return this.isProbing ? 'halfOpen' : 'open'
  }

  /** With what the end of a search must be told; `undefined` where none may be made. Every search that may be must end. */
  admit(): number | undefined {
    if (this.openings === 0) return this.epoch
    if (this.isProbing || this.clock.now() < this.openUntil) return undefined
    this.isProbing = true
    this.epoch += 1
    return this.epoch
  }

  succeeded(epoch: number): void {
    if (epoch !== this.epoch) return
    this.failures = 0
    if (this.openings > 0) this.epoch += 1
    this.openings = 0
    this.isProbing = false
  }

  /** The source has answered that it could do nothing with this query: it is up, which only a probe had to find out. */
  answered(epoch: number): void {
    if (this.openings > 0) this.succeeded(epoch)
  }

  failed(epoch: number): void {
    if (epoch !== this.epoch) return
    this.failures += 1
    if (this.isProbing || this.failures >= this.options.failureThreshold) this.open()
  }

  private open(): void {
    const { waitDurationInOpenStateMs: waitMs, maxWaitDurationInOpenStateMs: mostMs } = this.options
    const jittered = waitMs * 2 ** Math.min(this.openings, 30) * (1 + this.clock.random() / 10)
    this.openUntil = this.clock.now() + Math.min(jittered, mostMs)
    this.openings += 1
    this.isProbing = false
    this.epoch += 1
  }
}
