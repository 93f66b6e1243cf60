import type { Provider } from '../provider.ts'
import { type RouteTable, resolve, routeTargets, targetNamed } from './resolve.ts'
import { nameOfTarget } from './route-target.ts'

/**
 * The smallest context window, in tokens, among the targets that a name may lead to, those of its route's conditions included;
 * `undefined` where none is known. A route is looked at once, at its first call.
 */
export function smallestWindow(
  providers: readonly Provider[],
  routes: RouteTable,
): (model: string) => number | undefined {
  const known = new Map<string, number | undefined>()
  const byId = new Map(providers.map(provider => [provider.id, provider]))
  const windowOf = (targets: readonly { readonly provider: string; readonly model: string }[]): number | undefined => {
    const windows = targets.flatMap(
      ({ provider, model }) => byId.get(provider)?.capabilitiesOf?.(model)?.contextTokens ?? [],
    )
    return windows.length > 0 ? Math.min(...windows) : undefined
  }
  const ofRoute = (name: string): number | undefined =>
    windowOf([...reachable(name, routes)].flatMap(target => targetNamed(target, providers) ?? []))

  return model => {
    if (!Object.hasOwn(routes, model)) return windowOf(targetsOf(model, providers))
    if (!known.has(model)) known.set(model, ofRoute(model))
    return known.get(model)
  }
}

/** None where the name stands for nothing: the router says so. */
function targetsOf(model: string, providers: readonly Provider[]): ReturnType<typeof resolve>['targets'] {
  try {
    return resolve(model, { providers, routes: {}, exposed: 'all' }).targets
  } catch {
    return []
  }
}

/** Of a route, those of its conditions included. A circle was refused when the gateway was made. */
function* reachable(name: string, routes: RouteTable): Generator<string> {
  const route = routes[name]
  if (!route) return
  yield* routeTargets(route)
  if (!('targets' in route)) return
  for (const { use } of route.when ?? []) {
    if (typeof use === 'string') yield* reachable(use, routes)
    else yield* use.map(nameOfTarget)
  }
}
