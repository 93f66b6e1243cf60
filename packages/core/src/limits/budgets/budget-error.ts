import { GatewayError } from '../../errors.ts'
import type { PlannedBudget } from './budget-plan.ts'
import { exceededBy, periodEndMs, spentIn } from './budget-standing.ts'
import type { BudgetLimit, BudgetStanding } from './budget-store.ts'
import { usdText } from './nano-usd.ts'

/** A call that found no room in a budget, and how that stood. */
interface BudgetRefusal {
  readonly planned: PlannedBudget
  /** What the call may cost. */
  readonly nanoUsd: number
  readonly standing: BudgetStanding
  readonly timeMs: number
}

/** What a refused call is told: whose budget of which period has no room, how large it is, what is left, and when it begins anew. */
export function budgetError({ planned, nanoUsd, standing, timeMs }: BudgetRefusal): GatewayError {
  const { holder, limits } = planned
  const exceeded = exceededBy({ limits, nanoUsd }, standing)
  const limit = exceeded.reduce<BudgetLimit | undefined>((longest, each) => {
    return !longest || each.period === 'month' ? each : longest
  }, undefined)
  // Of what it may spend while the store is away, and not of all.
  if (!limit) {
    const message = `The store that counts the budget of this ${holder.of} cannot be asked, and this call does not fit what may be spent meanwhile; try again in 1 s.`
    return new GatewayError('budget_exceeded', message, { retryAfterMs: 1_000, retryable: true })
  }
  const endMs = periodEndMs(standing.day, limit.period)
  const name = `The budget of this ${holder.of}, $${usdText(limit.nanoUsd)} a ${limit.period}`
  const left = Math.max(0, limit.nanoUsd - spentIn(standing, limit.period))
  const reset = `It begins anew at ${timeText(endMs)} (UTC).`
  const message =
    nanoUsd > limit.nanoUsd && limit.nanoUsd > 0
      ? `${name}, can never hold this call, which may cost $${usdText(nanoUsd)}, an upper bound: lower \`max_completion_tokens\` or \`n\`, shorten the prompt, or name a cheaper model. ${reset}`
      : `${name}, has no room for this call: $${usdText(left)} of it is neither spent nor reserved by calls under way, and this one may cost $${usdText(nanoUsd)}, an upper bound. ${reset}`
  return new GatewayError('budget_exceeded', message, { retryAfterMs: Math.max(1, endMs - timeMs) })
}

/** With `onStoreError: 'closed'`. */
export function budgetsUnavailable(): GatewayError {
  return new GatewayError(
    'limits_unavailable',
    'The store that counts budgets cannot be asked, and this gateway lets no call in uncounted; try again in 1 s.',
    { retryAfterMs: 1_000 },
  )
}

/** A call to what has no price, under a budget. */
export function unpricedUnderBudget(target: string): GatewayError {
  return new GatewayError(
    'permission_denied',
    `No price is known for ${target.slice(0, 300)}, and this call is under a budget, which could not be kept; name another model, or have its price given in the gateway's \`prices\`.`,
    { param: 'model' },
  )
}

/** `2026-11-22T00:00:00Z` */
export function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('.000Z', 'Z')
}
