import { type ChecksOf, checkValues } from '../../wire/check-values.ts'
import { callable } from '../../wire/value-check.ts'
import { budgetDay, budgetMonth, exceededBy, newStanding, plus, rolledTo, settledWith } from './budget-standing.ts'
import type {
  BudgetDecision,
  BudgetReservation,
  BudgetSettlement,
  BudgetStanding,
  BudgetStore,
} from './budget-store.ts'

/** The clock of a budget store in this process's memory. */
export interface MemoryBudgetStoreOptions {
  /** Milliseconds since 1970, since budgets follow the calendar. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** A {@link BudgetStore} that answers at once. */
export interface MemoryBudgetStore extends BudgetStore {
  readonly home: string
  /** Subjects that are remembered. */
  readonly subjects: number
  reserve(reservation: BudgetReservation, settlements: readonly BudgetSettlement[]): BudgetDecision
  settle(settlements: readonly BudgetSettlement[]): void
  read(subject: string): BudgetStanding
  reset(subject: string): void
}

/** Subjects of months that have passed are looked for when there are twice as many as the last look left, and this many at least. */
const leastSweep = 1_000

/**
 * Budgets of one process, in its memory, and gone with it: a process that starts anew begins with nothing spent. What every other store
 * is held to. A clock that goes back stands still until it has caught up.
 * @throws {GatewayError} `invalid_configuration` for an option that is none.
 */
export function memoryBudgetStore(options: MemoryBudgetStoreOptions = {}): MemoryBudgetStore {
  checkValues(options, { now: callable() } satisfies ChecksOf<MemoryBudgetStoreOptions>, 'memoryBudgetStore()')
  const { now = Date.now } = options
  const standings = new Map<string, BudgetStanding>()
  let timeMs = 0
  let sweepAt = leastSweep

  function today(): number {
    timeMs = Math.max(timeMs, Math.floor(now()))
    return budgetDay(timeMs)
  }

  function standingOf(subject: string): BudgetStanding {
    const day = today()
    const known = standings.get(subject)
    return known ? rolledTo(known, day) : newStanding(day)
  }

  function keep(subject: string, standing: BudgetStanding): void {
    if (standings.size >= sweepAt && !standings.has(subject)) sweep(budgetMonth(standing.day))
    standings.set(subject, standing)
  }

  function sweep(month: number): void {
    for (const [subject, { day }] of standings) if (budgetMonth(day) < month) standings.delete(subject)
    sweepAt = Math.max(leastSweep, 2 * standings.size)
  }

  return {
    home: crypto.randomUUID(),
    get subjects() {
      return standings.size
    },
    reserve(reservation, settlements) {
      const { subject, nanoUsd } = reservation
      const settled = settlements.reduce(settledWith, standingOf(subject))
      const allowed = exceededBy(reservation, settled).length === 0
      const standing = allowed ? plus(settled, nanoUsd) : settled
      keep(subject, standing)
      return { allowed, standing, timeMs }
    },
    settle(settlements) {
      for (const settlement of settlements) {
        keep(settlement.subject, settledWith(standingOf(settlement.subject), settlement))
      }
    },
    read: standingOf,
    reset(subject) {
      const { day, resets } = standingOf(subject)
      keep(subject, { ...newStanding(day), resets: resets + 1 })
    },
  }
}
