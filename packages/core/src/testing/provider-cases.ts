import { type ExceptablePortCase, withExceptions, withRigs } from './port-cases.ts'
import { answerCases } from './provider-cases/answer-cases.ts'
import { closingCases } from './provider-cases/closing-cases.ts'
import { embeddingCases } from './provider-cases/embedding-cases.ts'
import { failureCases } from './provider-cases/failure-cases.ts'
import { leavingCases } from './provider-cases/leaving-cases.ts'
import { type RigCase, soon } from './provider-cases/provider-case.ts'
import type { ProviderRig } from './provider-rig.ts'

/** One promise of a provider, for any test framework. */
export type ProviderCase = ExceptablePortCase

const cases: readonly RigCase[] = [...answerCases, ...embeddingCases, ...leavingCases, ...failureCases, ...closingCases]

/**
 * The conformance suite of the provider port, as data: what every provider keeps, ours or yours, whatever its API. Each case makes
 * a rig of its own, and ends with no answer under way.
 * @param exceptions by the case's name, why this provider cannot keep it
 * @throws {Error} for an exception whose case there is not
 * @example for (const { name, run } of providerCases(makeRig)) it(name, run)
 */
export function providerCases(
  make: () => Promise<ProviderRig>,
  exceptions: Readonly<Record<string, string>> = {},
): readonly ProviderCase[] {
  return withExceptions(withRigs(cases.map(toItsEnd), make), exceptions)
}

function toItsEnd({ name, run }: RigCase): RigCase {
  return {
    name,
    async run(rig) {
      await run(rig)
      for (let index = 0; index < rig.upstream.requests(); index += 1) {
        await soon(rig.upstream.ending(index), `The answer to request ${index} did not end`)
      }
    },
  }
}
