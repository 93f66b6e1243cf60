import type { BatchBudgetsOptions } from '../batches/batch-budgets.ts'
import type { Settings } from './settings.ts'

/** The terms on which calls and batches are charged alike. */
export function budgetTermsOf({
  options: { budgets, limits },
}: Settings): Pick<BatchBudgetsOptions, 'onUnknownPrice' | 'defaultTokens'> {
  return {
    onUnknownPrice: budgets?.onUnknownPrice ?? 'refuse',
    defaultTokens: budgets?.defaultMaxTokens ?? limits?.defaultMaxTokens ?? 4_096,
  }
}
