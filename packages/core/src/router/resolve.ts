import { GatewayError } from '../errors.ts'
import type { Provider } from '../provider.ts'
import type { Target } from '../target.ts'
import type { Timeouts } from '../timeouts.ts'

/** Routes as given: a name and its targets, `id/model`, in the order they are tried. */
export type RouteTable = Readonly<Record<string, RouteConfig | undefined>>
export type RouteConfig<T extends string = string> = readonly T[] | DetailedRoute<T>

export interface DetailedRoute<T extends string = string> {
  readonly targets: readonly T[]
  /** The output cap, in tokens, of a chat whose caller set none: sent, and named in `x-modelgate-applied-max-tokens`. */
  readonly defaultMaxTokens?: number | undefined
  /** In place of the gateway's own, member by member. */
  readonly timeouts?: Timeouts | undefined
}

export interface ModelScope {
  readonly providers: readonly Provider[]
  readonly routes: RouteTable
  /** `routes`: only route names can be asked for. */
  readonly exposed: 'routes' | 'all'
}

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
  return provider && model ? { provider: provider.id, model } : undefined
}

export function routeTargets(route: RouteConfig): readonly string[] {
  return 'targets' in route ? route.targets : route
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

function pin(model: string, route: readonly Target[] | undefined, scope: ModelScope, pinned: string): Resolution {
  const provider = scope.providers.find(({ id }) => id === pinned)
  if (!provider) {
    const known = scope.providers.map(({ id }) => id).join(', ')
    throw new GatewayError('invalid_request', `x-provider: '${pinned}' is not a provider here; use one of ${known}.`)
  }
  if (route) {
    const targets = route.filter(target => target.provider === pinned)
    if (targets.length > 0) return { route: model, targets }
  } else if (scope.exposed === 'all') {
    const named = targetNamed(model, scope.providers)
    return { route: model, targets: [named?.provider === pinned ? named : { provider: pinned, model }] }
  }
  throw new GatewayError(
    'model_not_found',
    `The model '${model.slice(0, 200)}' has no target of the provider '${pinned}', which x-provider asks for; leave the header out.`,
    { param: 'model' },
  )
}

function claimed(model: string, providers: readonly Provider[]): Target | undefined {
  const provider = providers.find(candidate => candidate.claims?.(model))
  return provider && { provider: provider.id, model }
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
