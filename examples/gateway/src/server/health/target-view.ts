import type { BreakerStateName, TargetHealth } from '@modelgate/core'
import type { AppParts } from '../app-parts.ts'

/** How a target stands, as operators are told. Times are ISO 8601. */
export interface TargetView {
  /** `provider id/upstream model`. */
  readonly target: string
  readonly breaker: BreakerStateName
  /** When an open breaker lets the target be asked again. */
  readonly openUntil: string | null
  /** Until when it is left alone, because it throttled or refused the gateway. */
  readonly coolDownUntil: string | null
  /** Attempts under way, in this process. */
  readonly inFlight: number
  /** In the breaker's window. */
  readonly calls: number
  readonly failures: number
}

/** The targets of all routes and those that were asked lately, by name. */
export function targetViews({
  gateway,
  routeTargets,
  now,
}: Pick<AppParts, 'gateway' | 'routeTargets' | 'now'>): TargetView[] {
  const health = new Map<string, TargetHealth>(routeTargets.map(target => [target, atRest(target)]))
  for (const target of gateway.targets()) health.set(target.target, target)
  return Array.from(health.values(), target => viewOf(target, now())).toSorted((a, b) => (a.target < b.target ? -1 : 1))
}

function atRest(target: string): TargetHealth {
  return { target, state: 'closed', calls: 0, failures: 0, inFlight: 0 }
}

function viewOf({ target, state, calls, failures, inFlight, ...waits }: TargetHealth, now: number): TargetView {
  const after = (waitMs: number | undefined): string | null =>
    waitMs === undefined ? null : new Date(now + waitMs).toISOString()
  return {
    target,
    breaker: state,
    openUntil: after(waits.retryInMs),
    coolDownUntil: after(waits.coolingForMs),
    inFlight,
    calls,
    failures,
  }
}
