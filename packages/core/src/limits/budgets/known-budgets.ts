import { budgetDay, rolledTo, settledWith, spentIn } from './budget-standing.ts'
import type { BudgetPeriod } from './budget-store.ts'
import type { BudgetSubject } from './budget-subjects.ts'
import { inUsd } from './nano-usd.ts'

/** How one budget stands, as far as this process has heard. */
export interface KnownBudget {
  readonly of: 'key' | 'user' | 'tenant'
  /** The key's id, the user's (with its tenant, `acme/ann`) or the tenant's name. */
  readonly name: string
  readonly period: BudgetPeriod
  readonly limitUsd: number
  /** Spent, and reserved by calls under way. */
  readonly spentUsd: number
}

/** The budgets of subjects of which the store has said something: that, and what it has yet to be told. */
export function knownBudgets(subjects: Iterable<BudgetSubject>, timeMs: number): KnownBudget[] {
  const today = budgetDay(timeMs)
  const known: KnownBudget[] = []
  for (const { holder, limits, last, due } of subjects) {
    if (!holder || !last) continue
    const told = due.reduce((standing, { settlement }) => settledWith(standing, settlement), last)
    const standing = rolledTo(told, today)
    for (const { period, nanoUsd } of limits) {
      known.push({ ...holder, period, limitUsd: inUsd(nanoUsd), spentUsd: inUsd(spentIn(standing, period)) })
    }
  }
  return known
}
