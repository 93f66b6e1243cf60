import * as z from 'zod/mini'
import { mostUsd } from './limits/budgets/nano-usd.ts'

/** What a `Budget` may be. Built when options are checked, not at import. */
export function budgetSchema(): z.ZodMiniType {
  const usd = z.optional(z.number().check(z.minimum(0), z.maximum(mostUsd)))
  return z.strictObject({ usdPerDay: usd, usdPerMonth: usd })
}
