import { strict as assert } from 'node:assert'
import type { BudgetRigCase } from './budget-store-cases/budget-store-case.ts'
import { calendarCases } from './budget-store-cases/calendar-cases.ts'
import { sharedBudgetCases } from './budget-store-cases/shared-cases.ts'
import { spendingCases } from './budget-store-cases/spending-cases.ts'
import type { BudgetStoreRig } from './budget-store-rig.ts'
import { type PortCase, withRigs } from './port-cases.ts'

/** One promise of a budget store, for any test framework. */
export type BudgetStoreCase = PortCase

const cases: readonly BudgetRigCase[] = [...spendingCases, ...calendarCases, ...sharedBudgetCases]

/**
 * The conformance suite of the budget store port, as data: what every store keeps, ours or yours, wherever it counts. Each case makes a
 * rig of its own. The memory store is what the others are compared with.
 * @example for (const { name, run } of budgetStoreCases(makeRig)) it(name, run)
 */
export function budgetStoreCases(make: () => BudgetStoreRig | Promise<BudgetStoreRig>): readonly BudgetStoreCase[] {
  assert.equal(typeof make, 'function', 'budgetStoreCases(make) takes what makes a rig.')
  return withRigs(cases, make)
}
