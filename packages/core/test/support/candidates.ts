import type { Candidate } from '../../src/router/candidate.ts'

/** Targets of a route by the names of their providers: `a` is `a/m`. */
export function candidates(weights: Readonly<Record<string, number>>): Candidate[] {
  return Object.entries(weights).map(([provider, weight]) => ({
    name: `${provider}/m`,
    target: { provider, model: 'm' },
    weight,
    priority: 0,
  }))
}

/** Numbers in [0, 1) that are the same each time: mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** How often each came up. */
export function counted(names: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
