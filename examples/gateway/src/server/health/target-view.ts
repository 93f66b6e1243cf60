import type { BreakerStateName, TargetHealth } from '@modelgate/core'
import type { AppParts } from '../app-parts.ts'

/** How a target stands, as operators are told. Times are ISO 8601. */
export interface TargetView {
  /** `provider id/upstream model`. */
  readonly target: string
  /** What it was asked to do: each stands for itself. Null where it was asked nothing yet. */
  readonly operation: TargetHealth['operation'] | null
  readonly breaker: BreakerStateName
  /** When an open breaker lets the target be asked again. */
  readonly openUntil: string | null
  /** Until when it is left alone, because it throttled or refused the gateway. */
  readonly coolDownUntil: string | null
  /** Which of the two it was. */
  readonly coolDownWhy: 'throttled' | 'refused' | null
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
  const asked = gateway.targets()
  const names = new Set(asked.map(({ target }) => target))
  const atRest = routeTargets.filter(target => !names.has(target)).map(unasked)
  return [...asked.map(target => viewOf(target, now())), ...atRest].toSorted((a, b) => (a.target < b.target ? -1 : 1))
}

function unasked(target: string): TargetView {
  const waits = { openUntil: null, coolDownUntil: null, coolDownWhy: null }
  return { target, operation: null, breaker: 'closed', ...waits, inFlight: 0, calls: 0, failures: 0 }
}

function viewOf(
  { target, operation, state, calls, failures, inFlight, ...waits }: TargetHealth,
  now: number,
): TargetView {
  const after = (waitMs: number | undefined): string | null =>
    waitMs === undefined ? null : new Date(now + waitMs).toISOString()
  return {
    target,
    operation,
    breaker: state,
    openUntil: after(waits.retryInMs),
    coolDownUntil: after(waits.coolingForMs),
    coolDownWhy: waits.coolingWhy ?? null,
    inFlight,
    calls,
    failures,
  }
}
