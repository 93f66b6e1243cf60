import type { GuardedStore, PutBack } from './guarded-store.ts'
import type { LimitSubject, LimitSubjects } from './limit-subjects.ts'
import { addDue, type DueSettlement, takeDue } from './settlement-queue.ts'
import { WaitingWrites } from './waiting-writes.ts'

/** The settlements of all subjects that wait, and when they are written. */
export class DueSettlements {
  private readonly store: GuardedStore
  private readonly now: () => number
  private readonly writes: WaitingWrites<LimitSubject>
  /** Puts settlements that were not written back among those that wait. */
  readonly putBack: PutBack

  constructor(store: GuardedStore, subjects: LimitSubjects, now: () => number) {
    this.store = store
    this.now = now
    this.writes = new WaitingWrites(subject => this.write(subject), now)
    this.putBack = due => {
      for (const one of due) this.add(subjects.get(one.settlement.subject, now()), one)
    }
  }

  /**
   * Tokens that are given back of a quota of which enough is left only ride: where no reservation comes, they lapse with their window,
   * and nobody has missed them. A key that is seldom used, and a Lambda function, would else write twice a call.
   */
  add(subject: LimitSubject, due: DueSettlement): void {
    const onlyRides = due.settlement.tokens < 0 && !subject.isShort && subject.dueSince === undefined
    if (!onlyRides) this.writes.wait(subject)
    addDue(subject.due, due)
  }

  /** Writes all that wait, but those that only ride. Resolves when the store has answered, or its time is over. */
  flush(): Promise<void> {
    return this.writes.flush()
  }

  /** As a flush, but for as long as there is time. Resolves with whether all was written. */
  close(timeoutMs: number): Promise<boolean> {
    this.store.giveTime(timeoutMs)
    return this.writes.close(timeoutMs, () => this.store.answers())
  }

  private async write(subject: LimitSubject): Promise<void> {
    const due = takeDue(subject.due, this.now())
    if (due.length > 0) await this.store.settle(due, this.putBack)
  }
}
