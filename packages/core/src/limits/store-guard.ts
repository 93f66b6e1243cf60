import { isPromise } from '../is-promise.ts'
import { StoreHealth } from '../store-health.ts'
import { TimedAnswer } from '../timed-answer.ts'

/** A store that reserves, and is told afterwards what was used. */
interface ReservingStore<Reservation, Decision, Settlement> {
  reserve(reservation: Reservation, settlements: readonly Settlement[]): Decision | Promise<Decision>
  settle(settlements: readonly Settlement[]): void | Promise<void>
}

/** A settlement that waits to be written. */
export interface Due<Settlement> {
  readonly settlement: Settlement
  /** From when on it means nothing, on the clock of whoever made it. */
  readonly expiresAt: number
}

/** Given settlements that were not written, for a later try. */
export type PutBack<Settlement> = (due: readonly Due<Settlement>[]) => void

/** The store that is guarded, and what is done about its failures. */
interface StoreGuardOptions<Reservation, Decision, Settlement> {
  readonly store: ReservingStore<Reservation, Decision, Settlement>
  /** As errors name it: `limit store`. */
  readonly what: string
  readonly storeTimeoutMs: number
  readonly now: () => number
  /** Told that the store fails, once a minute. */
  readonly onError: (error: unknown) => void
  /** What gives back a reservation whose call went on without it. */
  unusedOf(decision: Decision, reservation: Reservation): readonly Due<Settlement>[]
  /** Which settlements may be told again after a failure that may have written them. Default: all. */
  mayRepeat?(due: readonly Due<Settlement>[], error: unknown): readonly Due<Settlement>[]
}

/**
 * A store that always answers in time: where it does not, or fails, there is no decision. It is then left alone for a second and asked
 * again by one call; of one that fails for a subject alone, only that call is stood in for. What a late answer has reserved is given back.
 */
export class StoreGuard<Reservation, Decision extends object, Settlement> {
  private readonly options: StoreGuardOptions<Reservation, Decision, Settlement>
  private readonly health: StoreHealth
  private settleTimeoutMs: number
  /** Questions that were given up, and whose answers still say what was written. */
  private readonly late = new Set<Promise<void>>()

  constructor(options: StoreGuardOptions<Reservation, Decision, Settlement>) {
    this.options = options
    this.settleTimeoutMs = options.storeTimeoutMs
    this.health = new StoreHealth(options.now, options.onError)
  }

  /** At once where the store answers at once; `undefined` where it cannot. Never throws or rejects. */
  reserve(
    reservation: Reservation,
    due: readonly Due<Settlement>[],
    putBack: PutBack<Settlement>,
  ): Decision | undefined | Promise<Decision | undefined> {
    if (!this.health.mayAsk()) {
      putBack(due)
      return undefined
    }
    try {
      const asked = this.options.store.reserve(reservation, settlementsOf(due))
      if (isPromise(asked)) return this.reserveInTime(asked, { reservation, due, putBack })
      this.health.answered()
      return asked
    } catch (error) {
      this.failed(error, due, putBack)
      return undefined
    }
  }

  /** Writes settlements of one subject, or puts them back. Never rejects. */
  settle(due: readonly Due<Settlement>[], putBack: PutBack<Settlement>): void | Promise<void> {
    if (!this.health.mayAsk()) {
      putBack(due)
      return
    }
    try {
      const asked = this.options.store.settle(settlementsOf(due))
      if (isPromise(asked)) return this.settleInTime(asked, due, putBack)
      this.health.answered()
    } catch (error) {
      this.failed(error, due, putBack)
    }
  }

  /** At the close nobody waits for what settles: an answer that takes longer than a call could wait is no failure then. */
  giveTime(timeoutMs: number): void {
    this.settleTimeoutMs = Math.max(this.settleTimeoutMs, timeoutMs)
  }

  /** Resolves when no answer is awaited any more, of those that came too late for whoever asked. */
  async answers(): Promise<void> {
    while (this.late.size > 0) await Promise.all(this.late)
  }

  private async reserveInTime(
    asked: Promise<Decision>,
    { reservation, due, putBack }: Asking<Reservation, Settlement>,
  ): Promise<Decision | undefined> {
    const { storeTimeoutMs, what } = this.options
    const timed = new TimedAnswer(asked, storeTimeoutMs, what)
    try {
      const decision = await timed.answer
      this.health.answered()
      return decision
    } catch (error) {
      if (!timed.isLate) this.failed(error, due, putBack)
      else {
        this.health.failed(error)
        // Whether the settlements are written is known when it has answered.
        this.follow(
          asked.then(
            decision => putBack(this.options.unusedOf(decision, reservation)),
            (late: unknown) => this.putBackAfter(late, due, putBack),
          ),
        )
      }
      return undefined
    }
  }

  private async settleInTime(
    asked: Promise<void>,
    due: readonly Due<Settlement>[],
    putBack: PutBack<Settlement>,
  ): Promise<void> {
    const timed = new TimedAnswer(asked, this.settleTimeoutMs, this.options.what)
    try {
      await timed.answer
      this.health.answered()
    } catch (error) {
      if (!timed.isLate) this.failed(error, due, putBack)
      else {
        this.health.failed(error)
        this.follow(asked.then(undefined, (late: unknown) => this.putBackAfter(late, due, putBack)))
      }
    }
  }

  private follow(late: Promise<void>): void {
    const ended = late.then(() => void this.late.delete(ended))
    this.late.add(ended)
    const [oldest] = this.late
    if (this.late.size > mostLate && oldest) this.late.delete(oldest)
  }

  private failed(error: unknown, due: readonly Due<Settlement>[], putBack: PutBack<Settlement>): void {
    // Else one subject whose item is damaged, or written too often, would cost all others their store.
    if (isOfOneSubject(error)) this.health.failedForOne(error)
    else this.health.failed(error)
    this.putBackAfter(error, due, putBack)
  }

  private putBackAfter(error: unknown, due: readonly Due<Settlement>[], putBack: PutBack<Settlement>): void {
    putBack(this.options.mayRepeat?.(due, error) ?? due)
  }
}

interface Asking<Reservation, Settlement> {
  readonly reservation: Reservation
  readonly due: readonly Due<Settlement>[]
  readonly putBack: PutBack<Settlement>
}

const none: readonly never[] = []
/** A store may never answer, and is asked every second: the oldest are let go. */
const mostLate = 1_000

function isOfOneSubject(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'ofOneSubject' in error && error.ofOneSubject === true
}

function settlementsOf<Settlement>(due: readonly Due<Settlement>[]): readonly Settlement[] {
  return due.length === 0 ? none : due.map(({ settlement }) => settlement)
}
