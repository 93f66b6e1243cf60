import type { TargetHealth } from '../../resilience/resilience.ts'
import { otherName } from './bounded-names.ts'

/** How much a state has to be looked at, the least first. */
const gravity: Readonly<Record<TargetHealth['state'], number>> = { closed: 0, halfOpen: 1, open: 2 }

/**
 * How targets stand, those that are not named put together as the `other` ones of their provider: callers may choose model ids, and one that
 * does not exist is left alone, too.
 */
export function boundedTargets(
  targets: readonly TargetHealth[],
  isNamed: (target: string) => boolean,
): readonly TargetHealth[] {
  const byName = new Map<string, TargetHealth>()
  for (const health of targets) {
    const { target, operation } = health
    const named = isNamed(target)
      ? health
      : { ...health, target: `${target.slice(0, target.indexOf('/'))}/${otherName}` }
    const key = `${named.target}\n${operation}`
    const before = byName.get(key)
    byName.set(key, before ? together(before, named) : named)
  }
  return [...byName.values()]
}

function together(one: TargetHealth, other: TargetHealth): TargetHealth {
  return {
    ...one,
    state: gravity[other.state] > gravity[one.state] ? other.state : one.state,
    calls: one.calls + other.calls,
    failures: one.failures + other.failures,
    retryInMs: longest(one.retryInMs, other.retryInMs),
    coolingForMs: longest(one.coolingForMs, other.coolingForMs),
    coolingWhy: (other.coolingForMs ?? 0) > (one.coolingForMs ?? 0) ? other.coolingWhy : one.coolingWhy,
    inFlight: one.inFlight + other.inFlight,
  }
}

function longest(oneMs: number | undefined, otherMs: number | undefined): number | undefined {
  return oneMs === undefined ? otherMs : Math.max(oneMs, otherMs ?? 0)
}
