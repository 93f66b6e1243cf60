import type { Call } from '../contract.ts'
import type { Target } from '../target.ts'
import type { CallFacts } from './call-facts.ts'

/** A target of a route, as strategies see it. */
export interface Candidate {
  /** `id/model`. */
  readonly name: string
  readonly target: Target
  readonly weight: number
  readonly priority: number
}

/** Decides which targets of a route come first. */
export interface Strategy {
  /** Puts targets of one priority in order for a call, the best first. Gives back each of them, once. */
  order(candidates: readonly Candidate[], facts: CallFacts): readonly Candidate[]
  /** Takes in how an attempt ended. */
  readonly learn?: ((end: AttemptEnd) => void) | undefined
}

/** How an attempt ended. */
export interface AttemptEnd {
  readonly call: Call
  readonly target: Target
  /** Until the answer came, or a stream's first content, or the end without either. */
  readonly durationMs: number
  /** `left`: its caller did not wait any longer, which says that the answer takes at least so long. */
  readonly outcome: 'answered' | 'failed' | 'left'
}
