import { conditionError } from '../condition-error.ts'
import { isPromise } from '../is-promise.ts'
import { costOf } from './limit-decision.ts'
import { limitsUnavailable } from './limit-error.ts'
import type { LimitDecision, LimitStore, LimitWindow, Reservation, Settlement } from './limit-store.ts'
import { type MemoryLimitStore, memoryLimitStore } from './memory-limit-store.ts'
import type { DueSettlement } from './settlement-queue.ts'
import { StoreHealth } from './store-health.ts'

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
export type PutBack = (due: readonly DueSettlement[]) => void

/**
 * A store that always answers in time: where it does not, or fails, what `onStoreError` says stands in for it. It is then left alone
 * for a second and asked again by one call. What a late answer has reserved is given back.
 */
export class GuardedStore {
  private readonly options: GuardedStoreOptions
  private readonly health: StoreHealth
  private local: MemoryLimitStore | undefined

  constructor(options: GuardedStoreOptions) {
    this.options = options
    this.health = new StoreHealth(options.now, options.onError)
  }

  /**
   * At once where the store answers at once.
   * @throws {GatewayError} `limits_unavailable` with `onStoreError: 'closed'`.
   */
  reserve(reservation: Reservation, due: readonly DueSettlement[], putBack: PutBack): Decided | Promise<Decided> {
    if (!this.health.mayAsk()) {
      putBack(due)
      return this.withoutStore(reservation)
    }
    try {
      const asked = this.options.store.reserve(reservation, settlementsOf(due))
      if (isPromise(asked)) return this.reserveInTime(asked, { reservation, due, putBack })
      this.health.answered()
      return { decision: asked, by: 'store' }
    } catch (error) {
      return this.afterFailure(error, { reservation, due, putBack })
    }
  }

  /** Writes settlements of one subject, or puts them back. Never rejects. */
  settle(due: readonly DueSettlement[], putBack: PutBack): void | Promise<void> {
    if (!this.health.mayAsk()) {
      putBack(due)
      return
    }
    try {
      const asked = this.options.store.settle(settlementsOf(due))
      if (isPromise(asked)) return this.settleInTime(asked, () => putBack(due))
      this.health.answered()
    } catch (error) {
      this.health.failed(error)
      putBack(due)
    }
  }

  /** Tells of a call that was counted in memory because the store could not be asked. */
  settleLocally(settlement: Settlement): void {
    this.local?.settle([settlement])
  }

  private async reserveInTime(asked: Promise<LimitDecision>, asking: Asking): Promise<Decided> {
    const { reservation, due, putBack } = asking
    const timed = new Timed(asked, this.options.storeTimeoutMs)
    try {
      const decision = await timed.answer
      this.health.answered()
      return { decision, by: 'store' }
    } catch (error) {
      if (!timed.isLate) return this.afterFailure(error, asking)
      const { now } = this.options
      asked.then(
        decision => putBack(unusedOf(decision, reservation, now())),
        () => putBack(due),
      )
      // Whether the settlements are written is known when it has answered.
      return this.afterFailure(error, { reservation, due: [], putBack })
    }
  }

  private async settleInTime(asked: Promise<void>, notWritten: () => void): Promise<void> {
    const timed = new Timed(asked, this.options.storeTimeoutMs)
    try {
      await timed.answer
      this.health.answered()
    } catch (error) {
      this.health.failed(error)
      // Whether it is written is known when the store has answered.
      if (timed.isLate) asked.then(undefined, notWritten)
      else notWritten()
    }
  }

  private afterFailure(error: unknown, { reservation, due, putBack }: Asking): Decided {
    this.health.failed(error)
    putBack(due)
    return this.withoutStore(reservation)
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

interface Asking {
  readonly reservation: Reservation
  readonly due: readonly DueSettlement[]
  readonly putBack: PutBack
}

const noSettlements: readonly Settlement[] = []

function settlementsOf(due: readonly DueSettlement[]): readonly Settlement[] {
  return due.length === 0 ? noSettlements : due.map(({ settlement }) => settlement)
}

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

/** The longest window that counts tokens, in milliseconds; 0 where none does. */
export function tokenWindowMs(windows: readonly LimitWindow[]): number {
  let longest = 0
  for (const { meter, windowMs } of windows) if (meter === 'tokens') longest = Math.max(longest, windowMs)
  return longest
}

/** A promise that is waited for only so long. */
class Timed<T> {
  readonly answer: Promise<T>
  isLate = false

  constructor(asked: Promise<T>, timeoutMs: number) {
    this.answer = new Promise((resolve, reject) => {
      let isAnswered = false
      const giveUp = (): void => {
        if (isAnswered) return
        this.isLate = true
        reject(conditionError(`The limit store did not answer within ${timeoutMs} ms.`))
      }
      // Timers come before sockets in a turn of the event loop: after a turn that took long, the answer may be there, unread.
      const timer = setTimeout(() => setImmediate(giveUp), timeoutMs)
      const end = (): void => {
        isAnswered = true
        clearTimeout(timer)
      }
      asked.then(
        value => {
          end()
          resolve(value)
        },
        (error: unknown) => {
          end()
          reject(error)
        },
      )
    })
  }
}
