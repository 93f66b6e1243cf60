import { isPromise } from '../../is-promise.ts'
import type { KeptReservation, ReservedMoney } from '../../reserved-money.ts'
import { changeRemaining, type TightestBudget } from './budget-headers.ts'
import type { BudgetSlot } from './budget-store.ts'
import type { BudgetSubject } from './budget-subjects.ts'
import type { MemoryBudgetStore } from './memory-budget-store.ts'

/** What a call has reserved of one subject. */
export interface BudgetHold {
  readonly subject: BudgetSubject
  readonly slot: BudgetSlot
  readonly local: MemoryBudgetStore | undefined
  /** Of a call that was let in without the store: which of its subject's it was. Its slot is a guess until the store was told of it. */
  readonly letIn?: number | undefined
}

/** What a permit is made of. */
interface PermitParts {
  readonly holds: readonly BudgetHold[]
  /** Reserved, of each. */
  readonly nanoUsd: number
  readonly headers: Record<string, string>
  readonly tightest: TightestBudget | undefined
  /** Whether the store has counted all of it: else it is this process's to tell. */
  readonly isStored: boolean
  /** Told the cost less what was reserved, of each. */
  readonly onSettled: (hold: BudgetHold, nanoUsd: number) => void
  /** Reserves more for the same call. */
  readonly reserve: (nanoUsd: number) => BudgetPermit | Promise<BudgetPermit>
}

/** A call that was let in, and whose cost is to be told. */
export class BudgetPermit implements ReservedMoney {
  private readonly parts: PermitParts
  /** What was reserved on top, for attempts that had failed. */
  private covered = 0
  /** Of which each may be of another day, or after a reset. */
  private readonly covers: { readonly permit: BudgetPermit; readonly nanoUsd: number }[] = []
  private isOpen = true

  constructor(parts: PermitParts) {
    this.parts = parts
  }

  cover(costNanoUsd: number | undefined): void | Promise<void> {
    const { nanoUsd, reserve } = this.parts
    const more = (costNanoUsd ?? this.covered + nanoUsd) - this.covered
    if (!this.isOpen || !(more > 0)) return
    const reserved = reserve(more)
    if (!isPromise(reserved)) this.took(reserved, more)
    else return reserved.then(permit => this.took(permit, more))
  }

  /** With what the call cost; `undefined` where nobody knows: what was reserved then stands. Only the first time counts. */
  settle(costNanoUsd: number | undefined): void {
    if (!this.isOpen) return
    this.isOpen = false
    const { holds, nanoUsd, headers, tightest, onSettled } = this.parts
    if (costNanoUsd === undefined) return
    const difference = costNanoUsd - nanoUsd - this.covered
    // Prices and usage are others' to say: a number that is none would make each later sum none, too, and so every call fit.
    if (difference === 0 || !Number.isSafeInteger(difference) || costNanoUsd < 0) return
    const own = Math.max(difference, -nanoUsd)
    if (own !== 0) for (const hold of holds) onSettled(hold, own)
    this.giveBackCovers(own - difference)
    if (tightest) changeRemaining(headers, tightest.leftNanoUsd - difference - this.covered)
  }

  get isStored(): boolean {
    return this.parts.isStored
  }

  /** For what outlives this process. */
  kept(): Omit<KeptReservation, 'home'> {
    const { holds, nanoUsd } = this.parts
    return {
      nanoUsd,
      of: holds.map(({ subject: { name }, slot: { day, resets } }) => ({ subject: name, day, resets })),
    }
  }

  /** The call may have ended while the store was asked. */
  private took(permit: BudgetPermit, more: number): void {
    if (!this.isOpen) permit.settle(0)
    else {
      this.covered += more
      this.covers.push({ permit, nanoUsd: more })
    }
  }

  private giveBackCovers(unusedNanoUsd: number): void {
    let left = unusedNanoUsd
    for (const { permit, nanoUsd } of this.covers) {
      const unused = Math.min(left, nanoUsd)
      left -= unused
      permit.settle(nanoUsd - unused)
    }
  }
}
