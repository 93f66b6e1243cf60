import type { Attempt } from '../../attempt.ts'
import { otherName } from './bounded-names.ts'
import type { AttemptMetrics } from './metrics-snapshot.ts'

const answered = '200'

/** Of attempts that were not made. */
const unasked: ReadonlySet<string> = new Set(['circuit_open', 'bulkhead_full', 'cooling_down'])

type Counts = { -readonly [Member in keyof AttemptMetrics]: AttemptMetrics[Member] }

/** Counts attempts by target and by how they ended. */
export class AttemptSeries {
  private readonly byTarget = new Map<string, Map<string, Counts>>()
  private readonly known: ReadonlySet<string>
  private mayLearn: number

  /** Targets that are not known are counted as the `other` ones of their provider until one of their attempts has answered. */
  constructor(known: Iterable<string>, maxMore: number) {
    this.known = new Set(known)
    this.mayLearn = maxMore
  }

  /** Counts one call's attempts, in the order in which they were made. `brokenBy`: why the target of the last one did not end its stream. */
  count(attempts: readonly Attempt[], brokenBy?: string): void {
    for (let at = 0; at < attempts.length; at += 1) {
      const attempt = attempts[at]!
      const next = attempts[at + 1]
      const isBroken = brokenBy !== undefined && next === undefined && attempt.code === answered
      const counts = this.countsOf(isBroken ? { ...attempt, code: brokenBy } : attempt)
      counts.attempts += 1
      counts.durationSeconds += attempt.durationMs / 1_000
      if (next && next.target !== attempt.target) counts.failovers += 1
      else if (next && !unasked.has(next.code)) counts.retries += 1
    }
  }

  snapshot(): AttemptMetrics[] {
    return [...this.byTarget.values()].flatMap(byCode => Array.from(byCode.values(), counts => ({ ...counts })))
  }

  /** Whether a target goes by its own name: it is known, or one of its attempts has answered while there was room. */
  names(target: string): boolean {
    return this.known.has(target) || this.byTarget.has(target)
  }

  private countsOf({ target, code }: Attempt): Counts {
    let byCode = this.byTarget.get(target)
    if (!byCode) {
      const named = this.nameOf(target, code)
      byCode = this.byTarget.get(named) ?? new Map<string, Counts>()
      this.byTarget.set(named, byCode)
      return inMap(byCode, named, code)
    }
    return inMap(byCode, target, code)
  }

  private nameOf(target: string, code: string): string {
    if (this.known.has(target)) return target
    if (code !== answered || this.mayLearn === 0) return `${providerOf(target)}/${otherName}`
    this.mayLearn -= 1
    return target
  }
}

function inMap(byCode: Map<string, Counts>, target: string, code: string): Counts {
  let counts = byCode.get(code)
  if (!counts) {
    const provider = providerOf(target)
    const model = target.slice(provider.length + 1)
    counts = { provider, model, code, attempts: 0, durationSeconds: 0, failovers: 0, retries: 0 }
    byCode.set(code, counts)
  }
  return counts
}

/** A provider's id holds no `/`; a model's may. */
function providerOf(target: string): string {
  return target.slice(0, target.indexOf('/'))
}
