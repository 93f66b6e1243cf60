import type { RigCase } from './cache-store-cases/cache-store-case.ts'
import { claimCases } from './cache-store-cases/claim-cases.ts'
import { valueCases } from './cache-store-cases/value-cases.ts'
import type { CacheStoreRig } from './cache-store-rig.ts'
import { type PortCase, withRigs } from './port-cases.ts'

/** One promise of a cache store, for any test framework. */
export type CacheStoreCase = PortCase

const cases: readonly RigCase[] = [...valueCases, ...claimCases]

/**
 * The conformance suite of the cache store port, as data: what every store keeps, ours or yours, wherever it keeps its entries. Each
 * case makes a rig of its own.
 * @example for (const { name, run } of cacheStoreCases(makeRig)) it(name, run)
 */
export function cacheStoreCases(make: () => CacheStoreRig | Promise<CacheStoreRig>): readonly CacheStoreCase[] {
  return withRigs(cases, make)
}
