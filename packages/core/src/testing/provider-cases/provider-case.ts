import type { CaseOf } from '../port-cases.ts'
import type { ProviderRig } from '../provider-rig.ts'

/** A case before it has its rig. */
export type RigCase = CaseOf<ProviderRig>

/** Far more than anything here takes on a busy machine: it is only waited out by a case that fails. */
const patienceMs = 5_000

/** Waits for what must come, and says what did not. */
export async function soon<T>(promise: Promise<T>, what: string): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`${what} within ${patienceMs} ms.`)), patienceMs)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Lets everything run that waits for nothing outside. */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(resolve => setImmediate(resolve))
}

/** Waits for a state that no event tells of. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const startedAt = performance.now()
  while (!holds()) {
    if (performance.now() - startedAt > patienceMs) throw new Error(`${what} within ${patienceMs} ms.`)
    await turns(1)
  }
}
