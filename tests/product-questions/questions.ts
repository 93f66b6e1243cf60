import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a user says, and which products of `examples/mcp-catalog` ought to be found for it. */
export interface Question {
  readonly id: string
  /** The turns before it, the user's first. */
  readonly earlier?: readonly string[]
  readonly question: string
  /** Any order; at most five. None where nothing may be injected. */
  readonly expected: readonly string[]
}

const seed = 20_261_121
const all: readonly Question[] = JSON.parse(readFileSync(join(import.meta.dirname, 'questions.json'), 'utf8'))
const shuffled = shuffle(all, seed)
const third = Math.ceil(all.length / 3)

/** The third that nothing was tuned on: what holds for it is what the project claims. */
export const heldOut: readonly Question[] = shuffled.slice(0, third)
/** What the scorer and the catalogue's ranking were tuned on. */
export const tuned: readonly Question[] = shuffled.slice(third)

/** Fisher–Yates with mulberry32, so that the third is the same everywhere and was chosen by nobody. */
function shuffle<T>(items: readonly T[], start: number): T[] {
  const result = [...items]
  let state = start
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[result[last], result[other]] = [result[other]!, result[last]!]
  }
  return result
}
