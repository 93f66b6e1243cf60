import { targetsFor, whyNoSecond } from './route-promise.ts'
import { countOf, type Scene, type Victim } from './scene.ts'
import { describeSight, kindOf } from './sight.ts'
import type { Asked } from './truth.ts'

/** A whole answer, and nothing less. */
export function wholeFaults({ sight }: Asked): readonly string[] {
  return kindOf(sight) === 'whole' ? [] : [`the client saw ${describeSight(sight)}, not a whole answer`]
}

interface ExpectedError {
  readonly statuses: readonly number[]
  readonly codes?: readonly string[] | undefined
  readonly shouldRetry: boolean
}

/** An error with its true status; where a stream's 200 had to go out before it was known, the same in band. */
export function errorFaults(asked: Asked, expected: ExpectedError, commitAfterMs: number): readonly string[] {
  const { sight, ms } = asked
  const { statuses, codes, shouldRetry } = expected
  const kind = kindOf(sight)
  if (kind === 'in-band error' && !sight.hasContent && ms >= commitAfterMs) return []
  if (kind !== 'error status') return [`the client saw ${describeSight(sight)}, not an error status`]
  const faults: string[] = []
  if (!statuses.includes(sight.status)) faults.push(`${sight.status}, the truth is ${statuses.join(' or ')}`)
  const [code = ''] = sight.errors
  if (codes && !codes.includes(code)) faults.push(`its code is '${code}', the truth is ${codes.join(' or ')}`)
  const told = sight.headers.get('x-should-retry')
  if (told !== null && told !== String(shouldRetry))
    faults.push(`x-should-retry is ${told}, the truth is ${shouldRetry}`)
  return faults
}

/** One error in band after content, from one target, and no other asked: the client has half of the first's answer. */
export function inBandFaults(asked: Asked): readonly string[] {
  const { sight, calls } = asked
  const faults: string[] = []
  if (kindOf(sight) !== 'in-band error') faults.push(`the client saw ${describeSight(sight)}, not an in-band error`)
  if (!sight.hasContent) faults.push('none of the content that had come was passed on')
  if (calls.length !== 1) faults.push(`${calls.length} upstream calls for a stream that had begun`)
  return faults
}

/** Of a failed target: a call that failed over asks it once, and another answers. */
function elsewhereFaults(asked: Asked, victim: Victim): readonly string[] {
  const faults = [...wholeFaults(asked)]
  const times = countOf(asked, victim)
  if (times > 1) faults.push(`${victim.name} was asked ${times} times while others were left`)
  if (times === asked.calls.length) faults.push('no other target was asked')
  return faults
}

/** The error that a failure comes to where its target is the only one left. */
export interface Failing {
  readonly error: ExpectedError
  /** Whether the same target may do better: it is asked again where the configuration retries. */
  readonly retries: boolean
}

/** What a failure of the target asked first comes to by the route's promise. */
export function firstFailureFaults(
  scene: Scene,
  { asked, victim, stream }: { readonly asked: Asked; readonly victim: Victim; readonly stream: boolean },
  { error, retries }: Failing,
): { readonly broken: readonly string[]; readonly means?: string | undefined } {
  const { promise } = scene
  // By chance it may have been passed over each time; then nothing was put to the test.
  if (countOf(asked, victim) === 0 && targetsFor(promise, stream).length > 1)
    return { broken: wholeFaults(asked), means: `${victim.name} was not asked again: not tested` }
  const alone = whyNoSecond(promise, stream)
  if (alone === undefined) return { broken: elsewhereFaults(asked, victim) }
  if (retries && promise.noRetry === undefined) {
    const times = countOf(asked, victim)
    const again = times === 2 ? [] : [`${victim.name} was asked ${times} times; retry is on`]
    return { broken: [...wholeFaults(asked), ...again], means: `${alone}: asked again` }
  }
  const reasons = retries ? [alone, promise.noRetry].filter(Boolean) : [alone]
  return {
    broken: [
      ...errorFaults(asked, error, promise.commitAfterMs),
      ...(asked.calls.length === 1 ? [] : [`${asked.calls.length} upstream calls, not one`]),
    ],
    means: `client sees ${describeSight(asked.sight).split(',')[0]}: ${[...new Set(reasons)].join(', ')}`,
  }
}
