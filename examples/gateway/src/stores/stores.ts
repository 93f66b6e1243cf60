import type { BudgetStore, CacheStore, LimitStore } from '@modelgate/core'
import type { HealthCheck } from '../server/health/health-check.ts'

/** Where the gateway keeps what its instances share. */
export interface Stores extends AsyncDisposable {
  /** Absent: in the process's memory. */
  readonly limits?: LimitStore | undefined
  /** Absent: in the process's memory. */
  readonly budgets?: BudgetStore | undefined
  /** Of answers that are given again. Absent: in the process's memory. */
  readonly cache?: CacheStore | undefined
  readonly checks: readonly HealthCheck[]
}
