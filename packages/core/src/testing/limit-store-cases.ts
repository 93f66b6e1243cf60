import type { RigCase } from './limit-store-cases/limit-store-case.ts'
import { oracleCases } from './limit-store-cases/oracle-cases.ts'
import { sharedCases } from './limit-store-cases/shared-cases.ts'
import { tokenCases } from './limit-store-cases/token-cases.ts'
import { windowCases } from './limit-store-cases/window-cases.ts'
import type { LimitStoreRig } from './limit-store-rig.ts'
import { type ExceptablePortCase, withExceptions, withRigs } from './port-cases.ts'

/** One promise of a limit store, for any test framework. */
export type LimitStoreCase = ExceptablePortCase

const cases: readonly RigCase[] = [...windowCases, ...tokenCases, ...sharedCases, ...oracleCases]

/**
 * The conformance suite of the limit store port, as data: what every store keeps, ours or yours, wherever it counts. Each case makes
 * a rig of its own. A store of finer sub-windows than memory's has to take the two cases that compare them as exceptions.
 * @param exceptions by the case's name, why this store cannot keep it
 * @throws {Error} for an exception whose case there is not
 * @example for (const { name, run } of limitStoreCases(makeRig)) it(name, run)
 */
export function limitStoreCases(
  make: () => LimitStoreRig | Promise<LimitStoreRig>,
  exceptions: Readonly<Record<string, string>> = {},
): readonly LimitStoreCase[] {
  return withExceptions(withRigs(cases, make), exceptions)
}
