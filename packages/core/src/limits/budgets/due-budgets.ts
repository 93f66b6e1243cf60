import type { Due, PutBack } from '../store-guard.ts'
import { WaitingWrites } from '../waiting-writes.ts'
import { settledWith } from './budget-standing.ts'
import type { BudgetSettlement, BudgetSlot, BudgetStanding } from './budget-store.ts'
import { addDueBudget, type BudgetSubject, type BudgetSubjects } from './budget-subjects.ts'
import { dueBudget, type GuardedBudgetStore } from './guarded-budget-store.ts'

/** What the store has yet to be told of each subject, and when it is written. */
export class DueBudgets {
  private readonly store: GuardedBudgetStore
  private readonly writes: WaitingWrites<BudgetSubject>
  /** Puts settlements that were not written back among those that wait. */
  readonly putBack: PutBack<BudgetSettlement>

  constructor(store: GuardedBudgetStore, subjects: BudgetSubjects, now: () => number) {
    this.store = store
    this.writes = new WaitingWrites(subject => this.write(subject), now)
    this.putBack = due => {
      for (const { settlement } of due) this.add(subjects.get(settlement.subject), settlement.slot, settlement.nanoUsd)
    }
  }

  /** So much more, or less, than the store knows of. */
  add(subject: BudgetSubject, { day, resets }: BudgetSlot, nanoUsd: number): void {
    if (nanoUsd === 0) return
    this.writes.wait(subject)
    addDueBudget(subject.due, dueBudget({ subject: subject.name, slot: { day, resets }, nanoUsd }))
  }

  /** All that waits of a subject, for whoever writes it. */
  take(subject: BudgetSubject): readonly Due<BudgetSettlement>[] {
    return subject.due.length === 0 ? noneDue : subject.due.splice(0)
  }

  /** Writes what waits of one subject, or puts it back. Never rejects. */
  async write(subject: BudgetSubject): Promise<void> {
    const due = this.take(subject)
    if (due.length === 0) return
    const { last, letInLocally, limits } = subject
    if (letInLocally > subject.toldLocally && limits.length > 0) {
      // As a call that costs nothing: its answer says what the store counts it with.
      const nothing = { subject: subject.name, limits, nanoUsd: 0 }
      const decision = await this.store.tell(nothing, due, this.putBack)
      if (decision) this.learn(subject, decision.standing, letInLocally)
      return
    }
    let isWritten = true
    await this.store.settle(due, back => {
      isWritten = false
      this.putBack(back)
    })
    // A reservation may have learned of it meanwhile.
    if (isWritten && last && subject.last === last) {
      subject.last = due.reduce((standing, { settlement }) => settledWith(standing, settlement), last)
      if (subject.letInLocally === letInLocally) subject.local = undefined
    }
  }

  /** Of a subject that begins anew: what waits is charged to nobody, and those that were let in without the store have nothing to give back. */
  drop(subject: BudgetSubject): void {
    this.take(subject)
    if (subject.letInLocally === subject.toldLocally) return
    subject.toldLocally = subject.letInLocally
    subject.toldResets = neverReset
  }

  /** Takes in what the store said, which had been told of so many that were let in without it. */
  learn(subject: BudgetSubject, standing: BudgetStanding, letInLocally: number): void {
    subject.last = standing
    // It has been told of all that was let in meanwhile.
    if (subject.letInLocally === letInLocally) subject.local = undefined
    if (letInLocally <= subject.toldLocally) return
    subject.toldLocally = letInLocally
    subject.toldResets = standing.resets
  }

  /** Writes all that wait. Resolves when the store has answered, or its time is over. */
  flush(): Promise<void> {
    return this.writes.flush()
  }

  /** As a flush, but for as long as there is time. Resolves with whether all was written. */
  close(timeoutMs: number): Promise<boolean> {
    this.store.giveTime(timeoutMs)
    return this.writes.close(timeoutMs, () => this.store.answers())
  }
}

const noneDue: readonly never[] = []
/** What is given back to it no store takes. */
const neverReset = -1
