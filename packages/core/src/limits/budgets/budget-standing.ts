import type { BudgetLimit, BudgetPeriod, BudgetReservation, BudgetSettlement, BudgetStanding } from './budget-store.ts'

const dayMs = 86_400_000

/** The day that a time lies in: days since 1970-01-01, UTC. */
export function budgetDay(timeMs: number): number {
  return Math.floor(timeMs / dayMs)
}

/** The month that a day lies in: months since year 0. */
export function budgetMonth(day: number): number {
  const date = new Date(day * dayMs)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

/** When a period that holds a day is over, in milliseconds since 1970. */
export function periodEndMs(day: number, period: BudgetPeriod): number {
  if (period === 'day') return (day + 1) * dayMs
  const date = new Date(day * dayMs)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
}

/** A subject of which nothing is known. */
export function newStanding(day: number): BudgetStanding {
  return { day, resets: 0, dayNanoUsd: 0, monthNanoUsd: 0 }
}

/** As it is on a day; never on an earlier one than its own. */
export function rolledTo(standing: BudgetStanding, day: number): BudgetStanding {
  if (day <= standing.day) return standing
  const monthNanoUsd = budgetMonth(day) === budgetMonth(standing.day) ? standing.monthNanoUsd : 0
  return { day, resets: standing.resets, dayNanoUsd: 0, monthNanoUsd }
}

/** With what a settlement adds or gives back. What is not there cannot be given back. */
export function settledWith(standing: BudgetStanding, { slot, nanoUsd }: BudgetSettlement): BudgetStanding {
  const { day, resets } = standing
  if (nanoUsd >= 0) return plus(standing, nanoUsd)
  if (slot.resets !== resets || budgetMonth(slot.day) !== budgetMonth(day)) return standing
  const dayNanoUsd = slot.day === day ? Math.max(0, standing.dayNanoUsd + nanoUsd) : standing.dayNanoUsd
  return { day, resets, dayNanoUsd, monthNanoUsd: Math.max(0, standing.monthNanoUsd + nanoUsd) }
}

/** With so much more in day and month. */
export function plus(standing: BudgetStanding, nanoUsd: number): BudgetStanding {
  const { day, resets, dayNanoUsd, monthNanoUsd } = standing
  return { day, resets, dayNanoUsd: dayNanoUsd + nanoUsd, monthNanoUsd: monthNanoUsd + nanoUsd }
}

/** What is spent and reserved of a period. */
export function spentIn(standing: BudgetStanding, period: BudgetPeriod): number {
  return period === 'day' ? standing.dayNanoUsd : standing.monthNanoUsd
}

/** Those of a reservation's limits that have no room for it. */
export function exceededBy(
  { limits, nanoUsd }: Pick<BudgetReservation, 'limits' | 'nanoUsd'>,
  standing: BudgetStanding,
): readonly BudgetLimit[] {
  return limits.filter(limit => spentIn(standing, limit.period) + nanoUsd > limit.nanoUsd)
}
