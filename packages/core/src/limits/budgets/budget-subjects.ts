import type { Due } from '../store-guard.ts'
import type { BudgetHolder } from './budget-plan.ts'
import type { BudgetLimit, BudgetSettlement, BudgetStanding } from './budget-store.ts'
import type { MemoryBudgetStore } from './memory-budget-store.ts'

/** A refusal that is remembered for a moment, so that whoever tries on costs no store call. */
interface BudgetDenial {
  readonly limits: readonly BudgetLimit[]
  /** Of the call that was refused: a smaller one may pass. */
  readonly nanoUsd: number
  readonly standing: BudgetStanding
  readonly timeMs: number
  /** On the clock of whoever remembers it. */
  readonly until: number
}

/** What this process knows of one subject. */
export interface BudgetSubject {
  readonly name: string
  /** Whose budget it is, and how large, as the last call said; nothing before the first. */
  holder: BudgetHolder | undefined
  limits: readonly BudgetLimit[]
  /** Settlements that wait for the subject's next reservation, or to be written on their own: one for each slot. */
  readonly due: Due<BudgetSettlement>[]
  dueSince: number | undefined
  /** What the store said last, with what it was told alone since. */
  last: BudgetStanding | undefined
  /** What was let in without the store since then. Its own: a store may be away for one subject alone, as where a node is down. */
  local: MemoryBudgetStore | undefined
  /** How many calls were: an answer that was asked for before the latest of them knows nothing of it. */
  letInLocally: number
  /** How many of them the store has been told of, and how often the subject had been reset by then: only its answer says. */
  toldLocally: number
  toldResets: number
  denial: BudgetDenial | undefined
  /** The end, in milliseconds since 1970, of the periods of which it was told that much is spent. */
  toldUntilDay: number
  toldUntilMonth: number
}

const noLimits: readonly BudgetLimit[] = []

/** So many are kept before those that nothing waits for are forgotten. */
const mostIdle = 10_000

/** The subjects of this process, made as they come. Those whose settlements wait are never forgotten. */
export class BudgetSubjects {
  private readonly byName = new Map<string, BudgetSubject>()
  private sweepAt: number
  private readonly most: number

  constructor(most: number = mostIdle) {
    this.most = most
    this.sweepAt = most
  }

  get size(): number {
    return this.byName.size
  }

  all(): Iterable<BudgetSubject> {
    return this.byName.values()
  }

  get(name: string): BudgetSubject {
    const known = this.byName.get(name)
    if (known) return known
    if (this.byName.size >= this.sweepAt) this.sweep()
    const subject: BudgetSubject = {
      name,
      holder: undefined,
      limits: noLimits,
      due: [],
      dueSince: undefined,
      last: undefined,
      local: undefined,
      letInLocally: 0,
      toldLocally: 0,
      toldResets: 0,
      denial: undefined,
      toldUntilDay: 0,
      toldUntilMonth: 0,
    }
    this.byName.set(name, subject)
    return subject
  }

  /** Twice as many as were left must come before the next: it walks over all of them. */
  private sweep(): void {
    for (const [name, { due, dueSince }] of this.byName) {
      if (due.length === 0 && dueSince === undefined) this.byName.delete(name)
    }
    this.sweepAt = Math.max(this.most, 2 * this.byName.size)
  }
}

/** Adds a settlement to those that wait: those of one slot are one. */
export function addDueBudget(waiting: Due<BudgetSettlement>[], due: Due<BudgetSettlement>): void {
  const { slot, nanoUsd } = due.settlement
  const index = waiting.findIndex(
    ({ settlement }) => settlement.slot.day === slot.day && settlement.slot.resets === slot.resets,
  )
  const same = waiting[index]
  if (!same) waiting.push(due)
  else {
    const settlement = { ...due.settlement, nanoUsd: same.settlement.nanoUsd + nanoUsd }
    if (settlement.nanoUsd === 0) waiting.splice(index, 1)
    else waiting[index] = { ...due, settlement }
  }
}
