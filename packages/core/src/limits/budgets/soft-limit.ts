import { timeText } from './budget-error.ts'
import type { PlannedBudget } from './budget-plan.ts'
import { periodEndMs, spentIn } from './budget-standing.ts'
import type { BudgetStanding } from './budget-store.ts'
import type { BudgetSubject } from './budget-subjects.ts'
import type { SoftLimitEvent } from './budgets-options.ts'
import { inUsd } from './nano-usd.ts'

/** How a budget stood when a call came, which had reserved nothing yet. */
interface SeenBudget {
  readonly planned: PlannedBudget
  readonly standing: BudgetStanding
  readonly timeMs: number
}

/** The budgets of which so much is spent that somebody is to be told, and was not in this period. */
export function softLimitsReached(
  { planned, standing, timeMs }: SeenBudget,
  subject: BudgetSubject,
  share: number,
): readonly SoftLimitEvent[] {
  const events: SoftLimitEvent[] = []
  for (const { period, nanoUsd } of planned.limits) {
    const spent = spentIn(standing, period)
    if (nanoUsd === 0 || spent < share * nanoUsd) continue
    if (timeMs < (period === 'day' ? subject.toldUntilDay : subject.toldUntilMonth)) continue
    const endMs = periodEndMs(standing.day, period)
    if (period === 'day') subject.toldUntilDay = endMs
    else subject.toldUntilMonth = endMs
    const { of, name } = planned.holder
    events.push({ of, name, period, limitUsd: inUsd(nanoUsd), spentUsd: inUsd(spent), resetAt: timeText(endMs) })
  }
  return events
}
