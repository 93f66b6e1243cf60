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
  /** Takes in that an attempt is made, and how it ended. */
  readonly learn?: ((news: AttemptNews) => void) | undefined
}

/** What is heard of an attempt. */
export interface AttemptNews {
  readonly call: Call
  readonly target: Target
  /** Until the answer came, or a stream's first content, or the end without either. */
  readonly durationMs: number
  /**
   * `asked`: it is under way. `left`: its caller did not wait any longer, which says that the answer takes at least so long. `refused`: the
   * request was at fault, which says nothing of how long an answer takes.
   */
  readonly outcome: 'asked' | 'answered' | 'failed' | 'left' | 'refused'
}
