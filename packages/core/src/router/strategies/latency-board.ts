import type { AttemptEnd } from '../candidate.ts'

/** How long a target took until its answer came, as far as that is known. */
interface Estimate {
  /** `undefined` while none of its answers has come. */
  readonly ms: number | undefined
  /** When it was last heard of, or first asked. */
  readonly at: number
  /** Whether its last attempt failed. */
  readonly failed: boolean
}

type Observation = Pick<AttemptEnd, 'durationMs' | 'outcome'>

/** The weight of what was seen last, at least: after ten answers, 3 % is left of what was before. */
const leastWeight = 0.3
/** What was seen so long ago counts half against what is seen now. */
const halfLifeMs = 10_000
/** What is added for a target whose last attempt failed: one that refuses at once must not look quick. Its next answer takes it away. */
const failedMs = 10_000

/** How fast targets have been of late, by kind of answer: what is whole comes later than the first word of a stream. */
export class LatencyBoard {
  readonly #kinds = new Map<string, Map<string, Estimate>>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Milliseconds; of a target that was asked and has not answered yet, how long that is ago; `undefined` for one never asked. */
  read(kind: string, target: string): number | undefined {
    const estimate = this.#kinds.get(kind)?.get(target)
    return estimate && (estimate.ms ?? this.#now() - estimate.at) + (estimate.failed ? failedMs : 0)
  }

  /** When a target was last heard of; long ago for one never asked. */
  heardAt(kind: string, target: string): number {
    return this.#kinds.get(kind)?.get(target)?.at ?? Number.NEGATIVE_INFINITY
  }

  /** Notes that a target is asked; matters only until it is known. */
  asked(kind: string, target: string): void {
    const estimates = this.#estimatesOf(kind)
    if (!estimates.has(target)) estimates.set(target, { ms: undefined, at: this.#now(), failed: false })
  }

  /** Takes in how long an answer took, or that none came. */
  observe(kind: string, target: string, { durationMs, outcome }: Observation): void {
    const estimates = this.#estimatesOf(kind)
    const before = estimates.get(target)
    // Who leaves early says nothing; who leaves late, that the target has become slower than it was: else calls that are given up
    // would go to a target that hangs for ever.
    if (outcome === 'left' && durationMs <= (before?.ms ?? Number.POSITIVE_INFINITY)) return
    const at = this.#now()
    const ms = outcome === 'failed' ? before?.ms : decayed(before, durationMs, at)
    const failed = outcome === 'left' ? before?.failed === true : outcome === 'failed'
    estimates.set(target, { ms, at, failed })
  }

  #estimatesOf(kind: string): Map<string, Estimate> {
    const known = this.#kinds.get(kind)
    if (known) return known
    const made = new Map<string, Estimate>()
    this.#kinds.set(kind, made)
    return made
  }
}

function decayed(before: Estimate | undefined, sampleMs: number, now: number): number {
  if (before?.ms === undefined) return sampleMs
  const weight = Math.max(leastWeight, 1 - 2 ** ((before.at - now) / halfLifeMs))
  return before.ms + weight * (sampleMs - before.ms)
}
