import { strict as assert } from 'node:assert'
import type {
  BudgetDecision,
  BudgetLimit,
  BudgetReservation,
  BudgetSettlement,
  BudgetSlot,
  BudgetStanding,
  BudgetStore,
} from '../../limits/budgets/budget-store.ts'
import type { BudgetStoreRig } from '../budget-store-rig.ts'
import type { ManualClock } from '../manual-clock.ts'
import type { CaseOf } from '../port-cases.ts'

/** A case before it has its rig. */
export type BudgetRigCase = CaseOf<BudgetStoreRig>

/** A day, in milliseconds. */
export const dayMs = 86_400_000
/** A budget of so much a day. */
export const aDay = (nanoUsd: number): BudgetLimit => ({ period: 'day', nanoUsd })
/** A budget of so much a month. */
export const aMonth = (nanoUsd: number): BudgetLimit => ({ period: 'month', nanoUsd })

/** What a case asks for; the rest as most of them have it. */
type Asked = Partial<BudgetReservation> & { readonly settlements?: readonly BudgetSettlement[] }

/** Whose budget it is where a case does not say. */
export const mainSubject = 'key:key-1'

/** Reserves as one call. */
export async function reserve(
  store: BudgetStore,
  limits: readonly BudgetLimit[],
  asked: Asked = {},
): Promise<BudgetDecision> {
  const { settlements = [], subject = mainSubject, nanoUsd = 1 } = asked
  return await store.reserve({ subject, limits, nanoUsd }, settlements)
}

/** Reserves as one call, which must be let in. */
export async function admitted(
  store: BudgetStore,
  limits: readonly BudgetLimit[],
  asked?: Asked,
): Promise<BudgetStanding> {
  const { allowed, standing } = await reserve(store, limits, asked)
  assert.ok(allowed, `This call had to be let in: ${JSON.stringify(standing)}`)
  return standing
}

/** Reserves as one call, which must not be let in. */
export async function refused(
  store: BudgetStore,
  limits: readonly BudgetLimit[],
  asked?: Asked,
): Promise<BudgetStanding> {
  const { allowed, standing } = await reserve(store, limits, asked)
  assert.ok(!allowed, `This call had to be refused: ${JSON.stringify(standing)}`)
  return standing
}

/** Settles with so much more, or less, than was reserved. */
export function settlement(slot: BudgetSlot, nanoUsd: number, subject: string = mainSubject): BudgetSettlement {
  return { subject, slot: { day: slot.day, resets: slot.resets }, nanoUsd }
}

/** What is spent and reserved, of the day and of the month. */
export async function spent(store: BudgetStore, subject: string = mainSubject): Promise<[day: number, month: number]> {
  const { dayNanoUsd, monthNanoUsd } = await store.read(subject)
  return [dayNanoUsd, monthNanoUsd]
}

/** Moves the clock to a time of the calendar, which must not have passed. */
export function advanceTo({ now, advance }: ManualClock, time: string): void {
  const laterMs = Date.parse(time) - now()
  assert.ok(laterMs >= 0, `${time} has passed.`)
  advance(laterMs)
}
