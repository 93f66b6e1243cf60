import { isPromise } from '../../is-promise.ts'
import { type Due, type PutBack, StoreGuard } from '../store-guard.ts'
import { budgetsUnavailable } from './budget-error.ts'
import { budgetDay, exceededBy, newStanding, rolledTo, spentIn } from './budget-standing.ts'
import type {
  BudgetDecision,
  BudgetReservation,
  BudgetSettlement,
  BudgetStanding,
  BudgetStore,
} from './budget-store.ts'
import type { BudgetSubject } from './budget-subjects.ts'
import { type MemoryBudgetStore, memoryBudgetStore } from './memory-budget-store.ts'

/** The store that is guarded, and what stands in for it. */
interface GuardedBudgetStoreOptions {
  readonly store: BudgetStore
  readonly onStoreError: 'local' | 'open' | 'closed'
  readonly expectedInstances: number
  readonly storeTimeoutMs: number
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  /** Milliseconds since 1970. */
  readonly wallNow: () => number
  /** Told that the store fails, once a minute. */
  readonly onError: (error: unknown) => void
}

/** What was decided, and by whom. */
export interface DecidedBudget extends BudgetDecision {
  /** `standIn`: the store could not be asked, and is to be told of what was reserved when it can be. */
  readonly by: 'store' | 'standIn'
  /** Where it was counted meanwhile. */
  readonly local?: MemoryBudgetStore | undefined
}

/** A reservation, what waits to be written with it, and what is known of its subject when it is decided. */
interface BudgetAsking {
  readonly reservation: BudgetReservation
  readonly due: readonly Due<BudgetSettlement>[]
  readonly subject: Pick<BudgetSubject, 'last' | 'local'>
}

/**
 * A budget store that always answers in time: where it does not, or fails, what `onStoreError` says stands in for it. What may have been
 * given back is never given back again: it stays reserved.
 */
export class GuardedBudgetStore {
  private readonly options: GuardedBudgetStoreOptions
  private readonly guard: StoreGuard<BudgetReservation, BudgetDecision, BudgetSettlement>

  constructor(options: GuardedBudgetStoreOptions) {
    const { store, storeTimeoutMs, now, onError } = options
    this.options = options
    this.guard = new StoreGuard({ store, what: 'budget store', storeTimeoutMs, now, onError, unusedOf, mayRepeat })
  }

  /**
   * At once where the store answers at once.
   * @throws {GatewayError} `limits_unavailable` with `onStoreError: 'closed'`.
   */
  reserve(asking: BudgetAsking, putBack: PutBack<BudgetSettlement>): DecidedBudget | Promise<DecidedBudget> {
    const asked = this.guard.reserve(asking.reservation, asking.due, putBack)
    if (isPromise(asked)) return asked.then(decision => this.decided(decision, asking))
    return this.decided(asked, asking)
  }

  /** As {@link settle}, with a reservation of nothing: what the store says to it, where it can be asked. */
  tell(
    nothing: BudgetReservation,
    due: readonly Due<BudgetSettlement>[],
    putBack: PutBack<BudgetSettlement>,
  ): BudgetDecision | undefined | Promise<BudgetDecision | undefined> {
    return this.guard.reserve(nothing, due, putBack)
  }

  /** Writes settlements of one subject, or puts them back. Never rejects. */
  settle(due: readonly Due<BudgetSettlement>[], putBack: PutBack<BudgetSettlement>): void | Promise<void> {
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

  private decided(decision: BudgetDecision | undefined, asking: BudgetAsking): DecidedBudget {
    return decision ? { ...decision, by: 'store' } : this.withoutStore(asking)
  }

  private withoutStore({ reservation, subject }: BudgetAsking): DecidedBudget {
    const { onStoreError, expectedInstances, wallNow } = this.options
    if (onStoreError === 'closed') throw budgetsUnavailable()
    const timeMs = Math.floor(wallNow())
    const day = budgetDay(timeMs)
    const known = subject.last ? rolledTo(subject.last, day) : newStanding(day)
    if (onStoreError === 'open') {
      // What no store could ever let in would leave a sum that none can count.
      const allowed = exceededBy(reservation, newStanding(day)).length === 0
      return { allowed, standing: known, timeMs, by: 'standIn' }
    }
    subject.local ??= memoryBudgetStore({ now: wallNow })
    const { local } = subject
    const limits = reservation.limits.map(({ period, nanoUsd }) => {
      const left = Math.max(0, nanoUsd - spentIn(known, period))
      return { period, nanoUsd: Math.floor(left / expectedInstances) }
    })
    const { allowed, standing } = local.reserve({ ...reservation, limits }, [])
    return { allowed, standing: sumOf(known, standing), timeMs, by: 'standIn', local }
  }
}

function sumOf({ day, resets, dayNanoUsd, monthNanoUsd }: BudgetStanding, more: BudgetStanding): BudgetStanding {
  return { day, resets, dayNanoUsd: dayNanoUsd + more.dayNanoUsd, monthNanoUsd: monthNanoUsd + more.monthNanoUsd }
}

/** What gives back a reservation that a call has gone on without. */
function unusedOf(
  { allowed, standing }: BudgetDecision,
  { subject, nanoUsd }: BudgetReservation,
): readonly Due<BudgetSettlement>[] {
  if (!allowed || nanoUsd === 0) return []
  return [dueBudget({ subject, slot: { day: standing.day, resets: standing.resets }, nanoUsd: -nanoUsd })]
}

/** A budget's settlement means something for as long as its month lasts, which its store knows. */
export function dueBudget(settlement: BudgetSettlement): Due<BudgetSettlement> {
  return { settlement, expiresAt: Number.POSITIVE_INFINITY }
}

function mayRepeat(due: readonly Due<BudgetSettlement>[], error: unknown): readonly Due<BudgetSettlement>[] {
  return wroteNothing(error) ? due : due.filter(({ settlement }) => settlement.nanoUsd > 0)
}

function wroteNothing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'wroteNothing' in error && error.wroteNothing === true
}
