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

/** How often each came up. */
export function counted(names: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
