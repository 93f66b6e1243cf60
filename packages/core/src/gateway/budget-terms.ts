import type { BatchBudgetsOptions } from '../batches/batch-budgets.ts'
import type { Settings } from './settings.ts'

/** The terms on which calls and batches are charged alike. */
export function budgetTermsOf({
  options: { budgets },
  defaultTokens,
}: Settings): Pick<BatchBudgetsOptions, 'onUnknownPrice' | 'defaultTokens'> {
  return {
    onUnknownPrice: budgets?.onUnknownPrice ?? 'refuse',
    defaultTokens: budgets?.defaultMaxTokens ?? defaultTokens,
  }
}
