import { timeText } from './budget-error.ts'
import { type BudgetHolder, budgetSubjects } from './budget-plan.ts'
import { periodEndMs, rolledTo } from './budget-standing.ts'
import type { BudgetStanding } from './budget-store.ts'
import type { Budgeter } from './budgeter.ts'
import { inUsd } from './nano-usd.ts'

/** What one holder has spent, with what its calls under way have reserved. */
export interface BudgetSpending {
  readonly usdToday: number
  readonly usdThisMonth: number
  /** ISO 8601. */
  readonly dayEndsAt: string
  readonly monthEndsAt: string
}

/** Shows what is spent of budgets, and lets their holders begin anew. Both reject as the store of budgets does. */
export interface SpendingDesk {
  /** Of a holder that has no budget nothing is counted. A user's name is that of its tenant and its own: `acme/ann`. */
  spending(holder: BudgetHolder): Promise<BudgetSpending>
  /** Nothing is spent then, today and this month. What calls under way have reserved is charged to nobody. */
  reset(holder: BudgetHolder): Promise<void>
}

/** What a gateway tells operators of budgets, by a budgeter. */
export function spendingDesk(budgeter: Budgeter): SpendingDesk {
  return {
    async spending(holder) {
      const standings = await Promise.all(budgetSubjects(holder).map(subject => budgeter.standing(subject)))
      const day = Math.max(...standings.map(standing => standing.day))
      // Where a tenant is counted twice, one of them has all that it spent.
      const most = (spent: (standing: BudgetStanding) => number) =>
        inUsd(Math.max(...standings.map(standing => spent(rolledTo(standing, day)))))
      return {
        usdToday: most(standing => standing.dayNanoUsd),
        usdThisMonth: most(standing => standing.monthNanoUsd),
        dayEndsAt: timeText(periodEndMs(day, 'day')),
        monthEndsAt: timeText(periodEndMs(day, 'month')),
      }
    },
    async reset(holder) {
      await Promise.all(budgetSubjects(holder).map(subject => budgeter.reset(subject)))
    },
  }
}
