import type { Denial } from './denial.ts'
import type { DueSettlement } from './settlement-queue.ts'

/** What this process knows of one subject. */
export interface LimitSubject {
  /** Calls under way. */
  open: number
  denial: Denial | undefined
  /** Settlements that wait for the subject's next reservation, or to be written on their own. */
  readonly due: DueSettlement[]
  /** Since when the first of them waits, while it stands in the list of those that have some. */
  dueSince: number | undefined
  /** Whether little was left of a quota of tokens when the store last said. */
  isShort: boolean
}

/** So many are kept before those that nothing is known of any more are forgotten. */
const mostIdle = 10_000

/**
 * The subjects of this process, made as they come and kept over their calls. Those with calls under way, with settlements that wait,
 * or refused at the moment are never forgotten.
 */
export class LimitSubjects {
  private readonly byName = new Map<string, LimitSubject>()
  private sweepAt: number
  private readonly most: number

  constructor(most: number = mostIdle) {
    this.most = most
    this.sweepAt = most
  }

  get size(): number {
    return this.byName.size
  }

  get(name: string, now: number): LimitSubject {
    const known = this.byName.get(name)
    if (known) return known
    if (this.byName.size >= this.sweepAt) this.sweep(now)
    const subject: LimitSubject = { open: 0, denial: undefined, due: [], dueSince: undefined, isShort: false }
    this.byName.set(name, subject)
    return subject
  }

  /** Twice as many as were left must come before the next: it walks over all of them. */
  private sweep(now: number): void {
    for (const [name, { open, denial, due, dueSince }] of this.byName) {
      const denied = denial !== undefined && now < denial.until
      const meansNothing = due.every(({ expiresAt }) => expiresAt <= now)
      if (open === 0 && meansNothing && dueSince === undefined && !denied) this.byName.delete(name)
    }
    this.sweepAt = Math.max(this.most, 2 * this.byName.size)
  }
}
