import type { Provider } from '../provider.ts'
import { type RouteTable, routeTargets, targetNamed } from '../router/resolve.ts'
import type { Target } from '../target.ts'

/** The targets that routes name: the operator's own words, which no caller chose. */
export function targetsOfRoutes(routes: RouteTable, providers: readonly Provider[]): Target[] {
  const names = Object.values(routes).flatMap(route => (route ? routeTargets(route) : []))
  return names.flatMap(name => targetNamed(name, providers) ?? [])
}
