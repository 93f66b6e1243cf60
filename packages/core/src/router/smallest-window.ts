import type { Provider } from '../provider.ts'
import type { Target } from '../target.ts'
import { reachableNames } from './reachable-names.ts'
import { type RouteTable, resolve, targetNamed } from './resolve.ts'

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
  const windowOf = (targets: readonly Target[]): number | undefined => {
    const windows = targets.flatMap(
      ({ provider, model }) => byId.get(provider)?.capabilitiesOf?.(model)?.contextTokens ?? [],
    )
    return windows.length > 0 ? Math.min(...windows) : undefined
  }
  const ofRoute = (name: string): number | undefined =>
    windowOf([...reachableNames(name, routes)].flatMap(target => targetNamed(target, providers) ?? []))

  return model => {
    if (!Object.hasOwn(routes, model)) return windowOf(targetsOf(model, providers))
    if (!known.has(model)) known.set(model, ofRoute(model))
    return known.get(model)
  }
}

/** None where the name stands for nothing: the router says so. */
function targetsOf(model: string, providers: readonly Provider[]): readonly Target[] {
  try {
    return resolve(model, { providers, routes: {}, exposed: 'all' }).targets
  } catch {
    return []
  }
}
