import { isPromise } from '../is-promise.ts'
import { costOf } from './limit-decision.ts'
import { limitsUnavailable } from './limit-error.ts'
import type { LimitDecision, LimitStore, LimitWindow, Reservation, Settlement } from './limit-store.ts'
import { type MemoryLimitStore, memoryLimitStore } from './memory-limit-store.ts'
import type { DueSettlement } from './settlement-queue.ts'
import { type PutBack as PutAnyBack, StoreGuard } from './store-guard.ts'

/** The store that is guarded, and what stands in for it. */
export interface GuardedStoreOptions {
  readonly store: LimitStore
  readonly onStoreError: 'local' | 'open' | 'closed'
  readonly expectedInstances: number
  readonly storeTimeoutMs: number
  readonly now: () => number
  /** Told that the store fails, once a minute. */
  readonly onError: (error: unknown) => void
}

/** What was decided, and by whom: settlements go there. */
export interface Decided {
  /** `undefined`: let in uncounted. */
  readonly decision: LimitDecision | undefined
  readonly by: 'store' | 'local' | 'nobody'
}

/** Given settlements that were not written, for a later try. */
export type PutBack = PutAnyBack<Settlement>

/** A limit store that always answers in time: where it does not, or fails, what `onStoreError` says stands in for it. */
export class GuardedStore {
  private readonly options: GuardedStoreOptions
  private readonly guard: StoreGuard<Reservation, LimitDecision, Settlement>
  private local: MemoryLimitStore | undefined

  constructor(options: GuardedStoreOptions) {
    const { store, storeTimeoutMs, now, onError } = options
    this.options = options
    const unused = (decision: LimitDecision, reservation: Reservation) => unusedOf(decision, reservation, now())
    this.guard = new StoreGuard({
      store,
      what: 'limit store',
      storeTimeoutMs,
      now,
      onError,
      unusedOf: unused,
      mayRepeat,
    })
  }

  /**
   * At once where the store answers at once.
   * @throws {GatewayError} `limits_unavailable` with `onStoreError: 'closed'`.
   */
  reserve(reservation: Reservation, due: readonly DueSettlement[], putBack: PutBack): Decided | Promise<Decided> {
    const asked = this.guard.reserve(reservation, due, putBack)
    if (isPromise(asked)) return asked.then(decision => this.decided(decision, reservation))
    return this.decided(asked, reservation)
  }

  /** Writes settlements of one subject, or puts them back. Never rejects. */
  settle(due: readonly DueSettlement[], putBack: PutBack): void | Promise<void> {
    return this.guard.settle(due, putBack)
  }

  /** From now on what settles is waited for so long. */
  giveTime(timeoutMs: number): void {
    this.guard.giveTime(timeoutMs)
  }

  /** Resolves when the store has answered all that it was asked, however late. */
  answers(): Promise<void> {
    return this.guard.answers()
  }

  /** Tells of a call that was counted in memory because the store could not be asked. */
  settleLocally(settlement: Settlement): void {
    this.local?.settle([settlement])
  }

  private decided(decision: LimitDecision | undefined, reservation: Reservation): Decided {
    return decision ? { decision, by: 'store' } : this.withoutStore(reservation)
  }

  private withoutStore(reservation: Reservation): Decided {
    const { onStoreError, expectedInstances, now } = this.options
    if (onStoreError === 'closed') throw limitsUnavailable()
    if (onStoreError === 'open') return { decision: undefined, by: 'nobody' }
    this.local ??= memoryLimitStore({ now })
    const windows = reservation.windows.map(window => shareOf(window, expectedInstances))
    const decision = this.local.reserve({ ...reservation, windows }, [])
    if (decision.allowed || Number.isFinite(decision.retryAfterMs)) return { decision, by: 'local' }
    // What is larger than a share may be let in when the store is back.
    const fits = reservation.windows.every(window => costOf(window, reservation.tokens) <= window.quota)
    return { decision: fits ? { ...decision, retryAfterMs: storeBackMs } : decision, by: 'local' }
  }
}

/** The store may answer again by then. */
const storeBackMs = 1_000

/** What one of so many processes may admit by itself; one that may admit something admits at least one. */
function shareOf(window: LimitWindow, instances: number): LimitWindow {
  const quota = window.quota === 0 ? 0 : Math.max(1, Math.floor(window.quota / instances))
  return { ...window, quota }
}

/** Tokens of a reservation whose call has gone on without it. */
function unusedOf(
  decision: LimitDecision,
  { subject, windows, tokens }: Reservation,
  now: number,
): readonly DueSettlement[] {
  if (!decision.allowed || tokens === 0) return []
  return [
    { settlement: { subject, windows, slot: decision.slot, tokens: -tokens }, expiresAt: now + tokenWindowMs(windows) },
  ]
}

/** What was used beyond a reservation always is. */
function mayRepeat(due: readonly DueSettlement[], error: unknown): readonly DueSettlement[] {
  return mayHaveWritten(error) ? due.filter(({ settlement }) => settlement.tokens > 0) : due
}

function mayHaveWritten(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'mayHaveWritten' in error && error.mayHaveWritten === true
}

/** The longest window that counts tokens, in milliseconds; 0 where none does. */
export function tokenWindowMs(windows: readonly LimitWindow[]): number {
  let longest = 0
  for (const { meter, windowMs } of windows) if (meter === 'tokens') longest = Math.max(longest, windowMs)
  return longest
}
