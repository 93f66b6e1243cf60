import { timeText } from './budget-error.ts'
import type { PlannedBudget } from './budget-plan.ts'
import { periodEndMs, spentIn } from './budget-standing.ts'
import type { BudgetLimit, BudgetStanding } from './budget-store.ts'
import { usdText } from './nano-usd.ts'

/** The budget of a call that has the least left. */
export interface TightestBudget {
  readonly limit: BudgetLimit
  readonly leftNanoUsd: number
  /** When it begins anew, in milliseconds since 1970. */
  readonly endMs: number
}

/** The budget that has the least left. */
export function tightestOf(
  budgets: readonly { readonly planned: PlannedBudget; readonly standing: BudgetStanding }[],
): TightestBudget | undefined {
  let tightest: TightestBudget | undefined
  for (const { planned, standing } of budgets) {
    for (const limit of planned.limits) {
      const leftNanoUsd = Math.max(0, limit.nanoUsd - spentIn(standing, limit.period))
      if (tightest && leftNanoUsd >= tightest.leftNanoUsd) continue
      tightest = { limit, leftNanoUsd, endMs: periodEndMs(standing.day, limit.period) }
    }
  }
  return tightest
}

/** Written out: names that are put together for each answer cost more than all that stands in them. */
const limitHeader = 'x-modelgate-budget-limit-usd'
const remainingHeader = 'x-modelgate-budget-remaining-usd'
const resetHeader = 'x-modelgate-budget-reset'

/** Says how the tightest budget stands, what the call has reserved taken off. */
export function addBudgetHeaders(headers: Record<string, string>, { limit, leftNanoUsd, endMs }: TightestBudget): void {
  headers[limitHeader] = usdText(limit.nanoUsd)
  headers[remainingHeader] = usdText(leftNanoUsd)
  headers[resetHeader] = timeText(endMs)
}

/** What is left of it once the call has ended. */
export function changeRemaining(headers: Record<string, string>, leftNanoUsd: number): void {
  headers[remainingHeader] = usdText(Math.max(0, leftNanoUsd))
}
