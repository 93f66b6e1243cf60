import type { BudgetStore } from '../limits/budgets/budget-store.ts'
import type { ManualClock } from './manual-clock.ts'

/** A budget store in which nothing is spent yet, made for one case of {@link budgetStoreCases} and disposed after it. */
export interface BudgetStoreRig extends AsyncDisposable {
  readonly store: BudgetStore
  /** A second instance on the same counts, as another process has it. Absent: the store lives in one process. */
  readonly other?: BudgetStore | undefined
  /** The clock of both, in milliseconds since 1970. */
  readonly clock: ManualClock
}
