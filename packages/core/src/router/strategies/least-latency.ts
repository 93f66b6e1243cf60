import type { Candidate } from '../candidate.ts'
import type { LatencyBoard } from './latency-board.ts'

/** One call in so many asks the target that was not heard of for longest: else one that was slow once is slow for ever. */
const exploreEvery = 50

/** What two targets are compared by. */
interface LatencyQuestion {
  readonly board: LatencyBoard
  /** What is asked for: answers of different kinds are not compared. */
  readonly kind: string
  /** In [0, 1). */
  readonly random: () => number
}

/**
 * The faster of two random targets first, then the others, the fastest first: of two, so that calls made at once do not all go where
 * the last answer was quick. A target that nobody asked yet counts as fast.
 * @see https://www.eecs.harvard.edu/~michaelm/postscripts/tpds2001.pdf
 */
export function leastLatencyOrder(candidates: readonly Candidate[], question: LatencyQuestion): readonly Candidate[] {
  const first = pickFirst(candidates, question)
  if (!first) return candidates
  const { board, kind } = question
  const estimate = ({ name }: Candidate): number => board.read(kind, name) ?? Number.MAX_VALUE
  const rest = candidates.filter(candidate => candidate !== first).sort((a, b) => estimate(a) - estimate(b))
  return [first, ...rest]
}

function pickFirst(candidates: readonly Candidate[], { board, kind, random }: LatencyQuestion): Candidate | undefined {
  if (random() < 1 / exploreEvery) {
    const heardAt = candidates.map(({ name }) => board.heardAt(kind, name))
    return candidates[heardAt.indexOf(Math.min(...heardAt))]
  }
  const [one, other] = twoOf(candidates, random)
  if (!one || !other) return one
  return (board.read(kind, one.name) ?? 0) <= (board.read(kind, other.name) ?? 0) ? one : other
}

function twoOf<T>(items: readonly T[], random: () => number): readonly [T | undefined, T | undefined] {
  const first = Math.floor(random() * items.length)
  const second = Math.floor(random() * (items.length - 1))
  return [items[first], items.length > 1 ? items[second < first ? second : second + 1] : undefined]
}
