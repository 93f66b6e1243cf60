import type { CheckResult } from './health-board.ts'
import type { TargetView } from './target-view.ts'

export type ComponentStatus = 'ok' | 'degraded' | 'down'

/**
 * One word for each component. `down` says that none of its parts works, `degraded` that some do not.
 * @param routeTargets where there are any, the upstreams are judged by them alone: callers may name what does not exist
 */
export function componentsOf(
  checks: readonly CheckResult[],
  targets: readonly TargetView[],
  routeTargets: readonly string[],
): Record<string, ComponentStatus> {
  const judged = routeTargets.length > 0 ? targets.filter(({ target }) => routeTargets.includes(target)) : targets
  const components = Map.groupBy(checks, ({ component }) => component)
  return {
    upstreams: wordOf(judged.map(({ breaker, coolDownUntil }) => breaker === 'closed' && coolDownUntil === null)),
    ...Object.fromEntries(
      [...components].map(([component, results]) => [component, wordOf(results.map(({ status }) => status === 'ok'))]),
    ),
  }
}

function wordOf(works: readonly boolean[]): ComponentStatus {
  if (works.every(Boolean)) return 'ok'
  return works.some(Boolean) ? 'degraded' : 'down'
}

/** Whatever is down, this process answers, and some of what it is asked for. */
export function overallOf(components: Readonly<Record<string, ComponentStatus>>): 'ok' | 'degraded' {
  return Object.values(components).every(status => status === 'ok') ? 'ok' : 'degraded'
}
