import type { CacheStore } from '../cache/cache-store.ts'
import type { ManualClock } from './manual-clock.ts'

/** A cache store in which nothing is kept yet, made for one case of {@link cacheStoreCases} and disposed after it. */
export interface CacheStoreRig extends AsyncDisposable {
  /** Takes values of at least 500,000 bytes. */
  readonly store: CacheStore
  /** A second instance on the same entries, as another process has it. Absent: the store lives in one process. */
  readonly other?: CacheStore | undefined
  /** The clock of both, in milliseconds since 1970. */
  readonly clock: ManualClock
}
