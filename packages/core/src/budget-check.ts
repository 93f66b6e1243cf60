import { mostUsd } from './limits/budgets/nano-usd.ts'
import { members, number, type ValueCheck } from './wire/value-check.ts'

/** What a `Budget` may be. */
export function budgetCheck(): ValueCheck {
  const usd = number({ min: 0, max: mostUsd })
  return members({ usdPerDay: usd, usdPerMonth: usd })
}
