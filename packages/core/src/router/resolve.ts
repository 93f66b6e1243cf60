import { GatewayError } from '../errors.ts'
import type { Provider } from '../provider.ts'
import type { RouteCache } from '../route-cache.ts'
import { type Target, toTarget } from '../target.ts'
import type { Timeouts } from '../timeouts.ts'
import type { RouteRule } from './route-rule.ts'
import { nameOfTarget, type RouteTarget } from './route-target.ts'
import type { StickyBy } from './strategies/sticky.ts'
import type { StrategyName } from './strategies/strategy-of.ts'

/** Routes as given: a name and its targets, `id/model`, in the order they are tried unless a strategy says otherwise. */
export type RouteTable = Readonly<Record<string, RouteConfig | undefined>>

/** One route: its targets in the order they are tried, or those with what else is said of it. */
export type RouteConfig<T extends string = string, Name extends string = string> = readonly T[] | DetailedRoute<T, Name>

/** A route with more to it than the order of its targets. */
export interface DetailedRoute<T extends string = string, Name extends string = string> {
  /** `id/model` each, or that with its share and its place; at least one. */
  readonly targets: readonly RouteTarget<T>[]
  /** Which of the targets a call tries first, and which then. Default `ordered`: as listed. */
  readonly strategy?: StrategyName | undefined
  /**
   * By what `sticky` keeps calls together. Default: the first that a call has of `prompt_cache_key`, `user` (or `safety_identifier`), its
   * principal's `userId` and `tenant`. A call that has none goes as listed.
   */
  readonly stickyBy?: StickyBy | undefined
  /** The first whose condition holds takes the call elsewhere. */
  readonly when?: readonly RouteRule<T, Name>[] | undefined
  /** The output cap, in tokens, of a chat whose caller set none: sent, and named in `x-modelgate-applied-max-tokens`. */
  readonly defaultMaxTokens?: number | undefined
  /** Whether its answers are kept and given again, to the same tenant for the same request. Default false. */
  readonly cache?: boolean | RouteCache | undefined
  /** In place of the gateway's own, member by member. */
  readonly timeouts?: Timeouts | undefined
}

/** Among which names a model is looked for. */
export interface ModelScope {
  readonly providers: readonly Provider[]
  readonly routes: RouteTable
  /** `routes`: only route names can be asked for. */
  readonly exposed: 'routes' | 'all'
}

/** What a model's name stands for. */
export interface Resolution {
  readonly route: string
  readonly targets: readonly Target[]
}

/**
 * What a model name stands for: a route, `id/model`, or an id that a provider claims by its shape, the first one that does. A pinned provider
 * keeps only its own targets, and takes any other model id as its own.
 * @throws {GatewayError} `model_not_found`, naming what is known; `invalid_request` for a pin that names no provider.
 */
export function resolve(model: string, scope: ModelScope, pinned?: string): Resolution {
  const route = targetsOf(model, scope)
  if (pinned !== undefined) return pin(model, route, scope, pinned)
  if (route) return { route: model, targets: route }
  if (scope.exposed === 'all') {
    const target = targetNamed(model, scope.providers) ?? claimed(model, scope.providers)
    if (target) return { route: model, targets: [target] }
  }
  throw unknownModel(model, scope)
}

/** A target by its full name: up to the first `/` is the provider's id, the rest the upstream's own model id, ARNs included. */
export function targetNamed(name: string, providers: readonly Provider[]): Target | undefined {
  const slash = name.indexOf('/')
  const provider = slash > 0 ? providers.find(({ id }) => id === name.slice(0, slash)) : undefined
  const model = name.slice(slash + 1)
  return provider && model ? toTarget(provider.id, model) : undefined
}

/** The targets of a route by name, in the order in which they are given; those of its conditions are not among them. */
export function routeTargets(route: RouteConfig): readonly string[] {
  return 'targets' in route ? route.targets.map(nameOfTarget) : route
}

/** The output cap of each route that has one. */
export function routeTokensOf(routes: RouteTable): Readonly<Record<string, number>> {
  const capped = Object.entries(routes).flatMap(([name, route]) => {
    const tokens = route && 'targets' in route ? route.defaultMaxTokens : undefined
    return tokens === undefined ? [] : [[name, tokens] as const]
  })
  return Object.fromEntries(capped)
}

function targetsOf(model: string, { routes, providers }: ModelScope): readonly Target[] | undefined {
  const route = Object.hasOwn(routes, model) ? routes[model] : undefined
  return route && routeTargets(route).flatMap(name => targetNamed(name, providers) ?? [])
}

/**
 * Those of a route's targets that a pinned provider has.
 * @throws {GatewayError} `model_not_found` where it has none; `invalid_request` for a pin that names no provider.
 */
export function keepPinned<T extends { readonly target: Target }>(candidates: readonly T[], pin: Pin): readonly T[] {
  checkPin(pin)
  const kept = candidates.filter(({ target }) => target.provider === pin.pinned)
  if (kept.length === 0) throw noPinnedTarget(pin)
  return kept
}

/** The provider that a call was pinned to. */
interface Pin {
  readonly model: string
  /** The provider's id. */
  readonly pinned: string
  readonly providers: readonly Provider[]
}

function pin(model: string, route: readonly Target[] | undefined, scope: ModelScope, pinned: string): Resolution {
  const asked = { model, pinned, providers: scope.providers }
  if (route) {
    const kept = keepPinned(
      route.map(target => ({ target })),
      asked,
    )
    return { route: model, targets: kept.map(({ target }) => target) }
  }
  checkPin(asked)
  if (scope.exposed === 'routes') throw noPinnedTarget(asked)
  const named = targetNamed(model, scope.providers)
  return { route: model, targets: [named?.provider === pinned ? named : { provider: pinned, model }] }
}

function checkPin({ pinned, providers }: Pin): void {
  if (providers.some(({ id }) => id === pinned)) return
  const known = providers.map(({ id }) => id).join(', ')
  throw new GatewayError('invalid_request', `x-provider: '${pinned}' is not a provider here; use one of ${known}.`)
}

function noPinnedTarget({ model, pinned }: Pin): GatewayError {
  return new GatewayError(
    'model_not_found',
    `The model '${model.slice(0, 200)}' has no target of the provider '${pinned}', which x-provider asks for; leave the header out.`,
    { param: 'model' },
  )
}

function claimed(model: string, providers: readonly Provider[]): Target | undefined {
  const provider = providers.find(candidate => candidate.claims?.(model))
  return provider && toTarget(provider.id, model)
}

function unknownModel(model: string, { routes, providers, exposed }: ModelScope): GatewayError {
  const names = Object.keys(routes).slice(0, 20)
  const ids = providers.map(({ id }) => `${id}/<model id>`)
  const known = [...names, ...(exposed === 'all' ? ids : [])].join(', ')
  return new GatewayError(
    'model_not_found',
    `The model '${model.slice(0, 200)}' is not known here; use one of: ${known}.`,
    {
      param: 'model',
    },
  )
}
