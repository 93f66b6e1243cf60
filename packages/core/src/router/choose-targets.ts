import type { Call } from '../contract.ts'
import type { GatewayError } from '../errors.ts'
import type { Target } from '../target.ts'
import type { TargetCapabilities } from '../target-capabilities.ts'
import { CallFacts } from './call-facts.ts'
import type { AttemptNews, Candidate, Strategy } from './candidate.ts'
import { lackOf, windowOf } from './capability-filter.ts'
import { failoverOf } from './failover.ts'
import { keepPinned, type ModelScope, type Resolution, resolve } from './resolve.ts'
import { capabilitiesOf, followRules, type Route, routeBook } from './route-book.ts'
import { Strategies, type StrategyParts } from './strategies/strategy-of.ts'

/** What the targets of a call are chosen by. */
export interface ChooserOptions extends Omit<ModelScope, 'exposed'>, Partial<StrategyParts> {
  /** What callers over the door can name. In process everything can be named. */
  readonly exposeModels: 'routes' | 'all'
}

/** So many models are remembered; then all are forgotten: callers choose model ids. */
const maxRemembered = 500

/** The targets of one call, the best first. */
export interface Choice extends Resolution {
  /** To be told of each attempt when it is made and when it has ended, where the strategy learns. */
  readonly learn?: ((news: AttemptNews) => void) | undefined
}

/** An attempt that failed, and what has not been tried. */
interface FailedAttempt {
  readonly call: Call
  readonly error: GatewayError
  readonly failed: Target
  readonly rest: readonly Target[]
}

/** Which targets a call is tried at, and in which order: by its route's conditions, capabilities and strategy. */
export class TargetChooser {
  readonly #scopes: Readonly<Record<Call['context']['origin'], ModelScope>>
  readonly #routes: ReadonlyMap<string, Route>
  readonly #settled = new Map<string, Choice | undefined>()
  readonly #unrouted = { door: new Map<string, Choice>(), process: new Map<string, Choice>() }
  readonly #strategies: Strategies
  readonly #capabilitiesOf: (target: Target) => TargetCapabilities | undefined

  /** @throws {GatewayError} `invalid_configuration`, for routes that cannot be followed. */
  constructor({ random = Math.random, now = () => performance.now(), costOf, ...options }: ChooserOptions) {
    const { providers, routes, exposeModels } = options
    this.#scopes = {
      door: { providers, routes, exposed: exposeModels },
      process: { providers, routes, exposed: 'all' },
    }
    this.#strategies = new Strategies({ random, now, costOf })
    this.#routes = routeBook({ providers, routes, strategies: this.#strategies })
    this.#capabilitiesOf = capabilitiesOf(providers)
  }

  /** @throws {GatewayError} `model_not_found`, naming what is known; `invalid_request` for a pin that names no provider. */
  choose(call: Call): Choice {
    const { model } = call.request
    const { origin, pinnedProvider, callerCredentials } = call.context
    const route = this.#routes.get(model)
    // Who pays may name whatever its account can call.
    if (!route) return this.#unroutedChoice(model, callerCredentials ? 'process' : origin, pinnedProvider)
    if (pinnedProvider === undefined) {
      const settled = this.#settledChoice(model, route)
      if (settled) return settled
    }
    const facts = new CallFacts(call)
    const led = followRules(route, facts)
    const { candidates } = led
    const pinned =
      pinnedProvider === undefined
        ? candidates
        : keepPinned(candidates, { model, pinned: pinnedProvider, providers: this.#scopes[origin].providers })
    const groups = led.filter.isIdle ? [pinned] : led.filter.groups(pinned, facts)
    const targets = groups.flatMap(group => ordered(group, facts, led.strategy)).map(({ target }) => target)
    return { route: model, targets, learn: led.strategy?.learn }
  }

  /** Those of the rest that may do better after a failure, in their order; empty where the call ends with it. */
  after({ call, error, failed, rest }: FailedAttempt): readonly Target[] {
    switch (failoverOf(error)) {
      case 'next':
        return rest
      case 'able': {
        const facts = new CallFacts(call)
        return rest.filter(target => lackOf(this.#capabilitiesOf(target), facts) === undefined)
      }
      case 'larger':
        return rest.filter(target => this.#isLarger(target, failed))
      default:
        return []
    }
  }

  /** Of a model that no route names. Remembered where nothing is pinned: each call of a model makes no target of its own. */
  #unroutedChoice(model: string, origin: Call['context']['origin'], pinned: string | undefined): Choice {
    const scope = this.#scopes[origin]
    if (pinned !== undefined) return resolve(model, scope, pinned)
    const known = this.#unrouted[origin]
    const before = known.get(model)
    if (before) return before
    const choice = resolve(model, scope)
    if (known.size >= maxRemembered) known.clear()
    known.set(model, choice)
    return choice
  }

  /** Of a route whose targets and their order are the same for every call; looked for once. */
  #settledChoice(name: string, route: Route): Choice | undefined {
    if (this.#settled.has(name)) return this.#settled.get(name)
    const settled = route.rules.length === 0 && !route.strategy && route.filter.isIdle
    const choice = settled ? { route: name, targets: route.candidates.map(({ target }) => target) } : undefined
    this.#settled.set(name, choice)
    return choice
  }

  /** The same model elsewhere has the same window, where it is not known to have another. */
  #isLarger(target: Target, than: Target): boolean {
    if (target.model === than.model && !(this.#knows(target) && this.#knows(than))) return false
    return windowOf(this.#capabilitiesOf(target)) > windowOf(this.#capabilitiesOf(than)) || !this.#knows(than)
  }

  #knows(target: Target): boolean {
    return this.#capabilitiesOf(target)?.contextTokens !== undefined
  }
}

/** The strategy orders the targets of each priority by themselves. */
function ordered(
  candidates: readonly Candidate[],
  facts: CallFacts,
  strategy: Strategy | undefined,
): readonly Candidate[] {
  if (!strategy) return candidates
  if (candidates[0]?.priority === candidates.at(-1)?.priority) return strategy.order(candidates, facts)
  return [...Map.groupBy(candidates, ({ priority }) => priority).values()].flatMap(group =>
    strategy.order(group, facts),
  )
}
