import { Budgeter } from '../../packages/core/src/limits/budgets/budgeter.ts'
import { openBudgetStore } from './open-budget-store.ts'
import { type SpendingLoad, spend } from './spend.ts'
import type { SpendingAnswer, SpendingOrder } from './spending-process.ts'

process.on('message', ({ load, hold: holds }: SpendingOrder) => {
  const answer = (told: SpendingAnswer): void => void process.send?.(told)
  const working: Promise<SpendingAnswer> = holds ? hold(load) : spend(load).then(spent => ({ spent }))
  working.then(answer, (error: unknown) => answer({ error: error instanceof Error ? String(error.stack) : 'failed' }))
})
process.on('disconnect', () => process.exit())
process.send?.('ready')

/** One call that is let in and then never ends, with all that its budget has. */
async function hold({ store: spec, keyId, usdPerMonth }: SpendingLoad): Promise<SpendingAnswer> {
  const { store } = await openBudgetStore(spec)
  const budgeter = new Budgeter({ store, onStoreError: 'closed', storeTimeoutMs: 60_000, onError: console.error })
  const plans = budgeter.planOf({ tenant: 'acme', keyId, budget: { usdPerMonth } })
  if (!plans) throw new Error('There is no budget to hold.')
  await budgeter.reserve(plans, usdPerMonth * 1e9, {})
  return { holds: true }
}
