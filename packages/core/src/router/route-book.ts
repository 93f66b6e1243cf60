import { GatewayError } from '../errors.ts'
import type { Provider } from '../provider.ts'
import type { TargetCapabilities } from '../target-capabilities.ts'
import type { CallFacts } from './call-facts.ts'
import type { Candidate, Strategy } from './candidate.ts'
import { CapabilityFilter } from './capability-filter.ts'
import { routeFaults } from './check-routes.ts'
import { holds } from './conditions.ts'
import { type DetailedRoute, type RouteConfig, type RouteTable, targetNamed } from './resolve.ts'
import type { Condition } from './route-rule.ts'
import { nameOfTarget, type RouteTarget } from './route-target.ts'
import type { Strategies } from './strategies/strategy-of.ts'

/** A route as calls need it. */
export interface Route {
  /** By priority, else as listed. */
  readonly candidates: readonly Candidate[]
  readonly filter: CapabilityFilter
  /** Absent: as listed. */
  readonly strategy: Strategy | undefined
  readonly rules: readonly { readonly condition: Condition; readonly route: Route }[]
}

/** What routes are made of. */
interface RouteBookOptions {
  readonly providers: readonly Provider[]
  readonly routes: RouteTable
  readonly strategies: Strategies
}

/**
 * Every route by its name, its names looked up.
 * @throws {GatewayError} `invalid_configuration`, one line for each fault.
 */
export function routeBook(options: RouteBookOptions): ReadonlyMap<string, Route> {
  const faults = [...routeFaults(options.routes, options.providers)]
  if (faults.length > 0) throw new GatewayError('invalid_configuration', faults.join('\n'))
  const binder = new Binder(options)
  return new Map(Object.keys(options.routes).map(name => [name, binder.named(name)]))
}

/** The route that a call's conditions lead to, from one to the next. */
export function followRules(route: Route, facts: CallFacts): Route {
  const rule = route.rules.find(({ condition }) => holds(condition, facts))
  return rule ? followRules(rule.route, facts) : route
}

/** What a target can do: as its provider says, and of operations no more than it has handlers for. */
export function capabilitiesOf(
  providers: readonly Provider[],
): (target: { readonly provider: string; readonly model: string }) => TargetCapabilities | undefined {
  const byId = new Map(providers.map(provider => [provider.id, provider]))
  return ({ provider: id, model }) => {
    const provider = byId.get(id)
    if (!provider) return undefined
    const operations = (Object.keys(provider.handlers) as (keyof typeof provider.handlers)[]).toSorted()
    return { operations, ...provider.capabilitiesOf?.(model) }
  }
}

class Binder {
  readonly #options: RouteBookOptions
  readonly #bound = new Map<string, Route>()
  readonly #capabilitiesOf: ReturnType<typeof capabilitiesOf>

  constructor(options: RouteBookOptions) {
    this.#options = options
    this.#capabilitiesOf = capabilitiesOf(options.providers)
  }

  named(name: string): Route {
    const before = this.#bound.get(name)
    if (before) return before
    const route = this.#bind(detailsOf(this.#options.routes[name] ?? []))
    this.#bound.set(name, route)
    return route
  }

  #bind({ targets, strategy, stickyBy, when = [] }: DetailedRoute): Route {
    const ordering = this.#options.strategies.named(strategy, stickyBy)
    return {
      ...this.#place(targets, ordering),
      rules: when.map(({ if: condition, use }) => ({
        condition,
        route: typeof use === 'string' ? this.named(use) : { ...this.#place(use, ordering), rules: [] },
      })),
    }
  }

  #place(targets: readonly RouteTarget[], strategy: Strategy | undefined): Omit<Route, 'rules'> {
    const candidates = targets
      .flatMap(target => toCandidate(target, this.#options.providers) ?? [])
      .toSorted((a, b) => a.priority - b.priority)
    const filter = new CapabilityFilter(candidates, ({ target }) => this.#capabilitiesOf(target))
    return { candidates, filter, strategy }
  }
}

function detailsOf(route: RouteConfig): DetailedRoute {
  return 'targets' in route ? route : { targets: route }
}

function toCandidate(given: RouteTarget, providers: readonly Provider[]): Candidate | undefined {
  const name = nameOfTarget(given)
  const target = targetNamed(name, providers)
  const { weight = 1, priority = 0 } = typeof given === 'string' ? {} : given
  return target && { name, target, weight, priority }
}
