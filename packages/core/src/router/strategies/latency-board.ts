import type { AttemptNews } from '../candidate.ts'

/** How long a target took until its answer came, as far as that is known. */
interface Estimate {
  /** `undefined` while none of its answers has come. */
  readonly ms: number | undefined
  /** How long callers waited in vain while none has. */
  readonly waitedMs: number
  /** Whether one waits still, since `at`. */
  readonly isAsked: boolean
  /** When it was last heard of, or first asked. */
  readonly at: number
  /** Whether its last attempt failed. */
  readonly failed: boolean
}

const unknown: Estimate = { ms: undefined, waitedMs: 0, isAsked: false, at: 0, failed: false }

type Observation = Pick<AttemptNews, 'durationMs' | 'outcome'>

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

  /** Milliseconds; of a target that has not answered yet, how long it was waited for; `undefined` for one never asked. */
  read(kind: string, target: string): number | undefined {
    const estimate = this.#kinds.get(kind)?.get(target)
    if (!estimate) return undefined
    const { ms, waitedMs, isAsked, at, failed } = estimate
    const unansweredMs = isAsked ? Math.max(waitedMs, this.#now() - at) : waitedMs
    return (ms ?? unansweredMs) + (failed ? failedMs : 0)
  }

  /** When a target was last heard of; long ago for one never asked. */
  heardAt(kind: string, target: string): number {
    return this.#kinds.get(kind)?.get(target)?.at ?? Number.NEGATIVE_INFINITY
  }

  /** Takes in that a target is asked, how long its answer took, or that none came. */
  observe(kind: string, target: string, seen: Observation): void {
    const estimates = this.#estimatesOf(kind)
    const before = estimates.get(target)
    const after = heard(before, seen, this.#now())
    if (after === undefined) estimates.delete(target)
    else if (after !== before) estimates.set(target, after)
  }

  #estimatesOf(kind: string): Map<string, Estimate> {
    const known = this.#kinds.get(kind)
    if (known) return known
    const made = new Map<string, Estimate>()
    this.#kinds.set(kind, made)
    return made
  }
}

/** What is known once more was heard; `undefined` where it is as if nobody had asked. */
function heard(before: Estimate | undefined, { durationMs, outcome }: Observation, at: number): Estimate | undefined {
  const known = before ?? unknown
  switch (outcome) {
    case 'asked':
      return known.ms === undefined && !known.isAsked ? { ...known, at, isAsked: true } : known
    case 'answered':
      return { ...known, ms: decayed(before, durationMs, at), at, failed: false, isAsked: false }
    case 'failed':
      return { ...known, at, failed: true, isAsked: false }
    case 'left':
      // Who leaves early says nothing; who leaves late, that the target has become slower than it was: else calls that are given up
      // would go to a target that hangs for ever.
      if (known.ms === undefined)
        return { ...known, at, waitedMs: Math.max(known.waitedMs, durationMs), isAsked: false }
      return durationMs > known.ms ? { ...known, ms: decayed(before, durationMs, at), at } : known
    case 'refused':
      // Else a target would look as if it hung because the first request for it was at fault.
      return known.ms === undefined && !known.failed ? undefined : { ...known, isAsked: false }
  }
}

function decayed(before: Estimate | undefined, sampleMs: number, now: number): number {
  if (before?.ms === undefined) return sampleMs
  const weight = Math.max(leastWeight, 1 - 2 ** ((before.at - now) / halfLifeMs))
  return before.ms + weight * (sampleMs - before.ms)
}
