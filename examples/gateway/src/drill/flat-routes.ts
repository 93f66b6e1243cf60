import type { Config } from '../config/config-schema.ts'

/** The routes of a configuration file. */
export type ConfiguredRoutes = NonNullable<Config['routes']>
type ConfiguredRoute = ConfiguredRoutes[string]

/**
 * Every list of targets in the file as a route of its own, without conditions: `assistant`, and `assistant when[1]` for the list that
 * its second condition leads to. A drill's request would meet one condition and never another, so none is drilled itself.
 */
export function flatRoutes(routes: ConfiguredRoutes): ConfiguredRoutes {
  return Object.fromEntries(Object.entries(routes).flatMap(entry => [...flattened(entry)]))
}

function* flattened([name, route]: readonly [string, ConfiguredRoute]): Generator<[string, ConfiguredRoute]> {
  if (Array.isArray(route)) {
    yield [name, route]
    return
  }
  const { when = [], ...rest } = route
  yield [name, rest]
  for (const [index, { use }] of when.entries()) {
    // One that leads to another route is drilled there.
    if (typeof use !== 'string') yield [`${name} when[${index}]`, { ...rest, targets: use }]
  }
}

/** Whether any route has conditions. */
export function hasConditions(routes: ConfiguredRoutes): boolean {
  return Object.values(routes).some(route => !Array.isArray(route) && (route.when?.length ?? 0) > 0)
}

/** `id/model` of each target, each once. */
export function targetNamesOf(route: ConfiguredRoute): readonly string[] {
  const targets = Array.isArray(route) ? route : route.targets
  return [...new Set(targets.map(target => (typeof target === 'string' ? target : target.target)))]
}
