/** How long a store that failed is left alone. */
const skipMs = 1_000
/** One word a minute is enough to be woken by. */
const repeatMs = 60_000

/**
 * Whether a store is to be asked. After a failure it is left alone for a second; then one call asks it, and the others do not wait
 * for what comes of it.
 */
export class StoreHealth {
  private readonly now: () => number
  private readonly tell: (error: unknown) => void
  /** From when one may ask again; `undefined` while all is well. */
  private askAgainAt: number | undefined
  private isAsked = false
  private toldAt = Number.NEGATIVE_INFINITY
  private toldOfOneAt = Number.NEGATIVE_INFINITY

  /** `tell` hears of failures, once a minute. */
  constructor(now: () => number, tell: (error: unknown) => void) {
    this.now = now
    this.tell = tell
  }

  /** Whether this call may ask. Who may tells how it went, once. */
  mayAsk(): boolean {
    if (this.askAgainAt === undefined) return true
    if (this.isAsked || this.now() < this.askAgainAt) return false
    this.isAsked = true
    return true
  }

  /** An answer that came in time. */
  answered(): void {
    if (!this.isAsked) return
    this.isAsked = false
    this.askAgainAt = undefined
  }

  /** It answered that it can do nothing for the one that was asked for: the others it goes on serving. Told apart from failures of its own. */
  failedForOne(error: unknown): void {
    this.answered()
    const now = this.now()
    if (now - this.toldOfOneAt < repeatMs) return
    this.toldOfOneAt = now
    this.tell(error)
  }

  failed(error: unknown): void {
    const now = this.now()
    this.isAsked = false
    this.askAgainAt = now + skipMs
    if (now - this.toldAt < repeatMs) return
    this.toldAt = now
    this.tell(error)
  }
}
