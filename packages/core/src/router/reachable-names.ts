import { type RouteConfig, type RouteTable, routeTargets } from './resolve.ts'
import type { RouteRule } from './route-rule.ts'
import { nameOfTarget } from './route-target.ts'

/** The rules of a route: none where it is a plain list of targets. */
export function rulesOf(route: RouteConfig | undefined): readonly RouteRule[] {
  return (route && 'targets' in route && route.when) || []
}

/**
 * The targets, `id/model`, that calls of a route may end at: its own, and those that its rules lead to. A route to which several ways
 * lead is looked at once: the ways may be more than anybody can walk.
 */
export function* reachableNames(
  name: string,
  routes: RouteTable,
  seen: Set<string> = new Set(),
): Generator<string, void, void> {
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined
  if (!route || seen.has(name)) return
  seen.add(name)
  yield* routeTargets(route)
  for (const { use } of rulesOf(route)) {
    if (typeof use === 'string') yield* reachableNames(use, routes, seen)
    else yield* use.map(nameOfTarget)
  }
}
