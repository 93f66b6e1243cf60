import type { LimitStore } from '../limits/limit-store.ts'
import type { ManualClock } from './manual-clock.ts'

/** A limit store in which nothing is counted yet, made for one case of {@link limitStoreCases} and disposed after it. */
export interface LimitStoreRig extends AsyncDisposable {
  readonly store: LimitStore
  /** A second instance on the same counts, as another process has it. Absent: the store lives in one process. */
  readonly other?: LimitStore | undefined
  /** The clock of both, in milliseconds since 1970. */
  readonly clock: ManualClock
}
