import { budgetDay, rolledTo, settledWith, spentIn } from './budget-standing.ts'
import type { BudgetPeriod, BudgetStanding } from './budget-store.ts'
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
  for (const subject of subjects) {
    const { holder, limits, last } = subject
    if (!holder || !last) continue
    const standing = rolledTo(withDue(last, subject), today)
    for (const { period, nanoUsd } of limits) {
      known.push({ ...holder, period, limitUsd: inUsd(nanoUsd), spentUsd: inUsd(spentIn(standing, period)) })
    }
  }
  return known
}

/** With what the store has yet to be told. */
export function withDue(standing: BudgetStanding, { due }: Pick<BudgetSubject, 'due'>): BudgetStanding {
  return due.reduce((sum, { settlement }) => settledWith(sum, settlement), standing)
}
