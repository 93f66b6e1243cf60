import type { GuardedStore, PutBack } from './guarded-store.ts'
import type { LimitSubject, LimitSubjects } from './limit-subjects.ts'
import { addDue, type DueSettlement, takeDue } from './settlement-queue.ts'

/** So long a settlement waits for the subject's next reservation, with which it costs no write of its own. */
const waitMs = 1_000

/** The settlements of all subjects that wait, and the one timer that writes those for which no reservation came. */
export class DueSettlements {
  private readonly store: GuardedStore
  private readonly subjects: LimitSubjects
  private readonly now: () => number
  private readonly waiting: LimitSubject[] = []
  private timer: ReturnType<typeof setTimeout> | undefined
  private isClosed = false
  /** Puts settlements that were not written back among those that wait. */
  readonly putBack: PutBack = due => {
    for (const one of due) this.add(this.subjects.get(one.settlement.subject, this.now()), one)
  }

  constructor(store: GuardedStore, subjects: LimitSubjects, now: () => number) {
    this.store = store
    this.subjects = subjects
    this.now = now
  }

  /**
   * Tokens that are given back of a quota of which enough is left only ride: where no reservation comes, they lapse with their window,
   * and nobody has missed them. A key that is seldom used, and a Lambda function, would else write twice a call.
   */
  add(subject: LimitSubject, due: DueSettlement): void {
    if (due.settlement.tokens < 0 && !subject.isShort && subject.dueSince === undefined) {
      addDue(subject.due, due)
      return
    }
    if (subject.dueSince === undefined) this.waiting.push(subject)
    // Where all were taken meanwhile, it is a new wait.
    if (subject.dueSince === undefined || subject.due.length === 0) subject.dueSince = this.now()
    addDue(subject.due, due)
    if (!this.isClosed) this.timer ??= setTimeout(this.tick, waitMs).unref()
  }

  /** Writes all that wait, but those that only ride. Resolves when the store has answered, or its time is over. */
  async flush(): Promise<void> {
    await Promise.all(this.waiting.splice(0).map(subject => this.write(subject)))
  }

  async close(): Promise<void> {
    this.isClosed = true
    clearTimeout(this.timer)
    await this.flush()
  }

  private readonly tick = (): void => {
    this.timer = undefined
    const now = this.now()
    let nextAt = Number.POSITIVE_INFINITY
    for (const subject of this.waiting.splice(0)) {
      const since = subject.dueSince ?? now
      if (subject.due.length === 0) subject.dueSince = undefined
      else if (now - since >= waitMs) void this.write(subject)
      else {
        this.waiting.push(subject)
        nextAt = Math.min(nextAt, since + waitMs)
      }
    }
    if (this.waiting.length > 0)
      this.timer ??= setTimeout(this.tick, Math.max(10, Math.min(nextAt - now, waitMs))).unref()
  }

  private async write(subject: LimitSubject): Promise<void> {
    subject.dueSince = undefined
    const due = takeDue(subject.due, this.now())
    if (due.length > 0) await this.store.settle(due, this.putBack)
  }
}
