import type { CallContext } from './call-context.ts'
import type { CallerCredentials } from './caller-credentials.ts'
import { capabilitiesOfAny, toListedCapabilities } from './listed-capabilities.ts'
import type { Provider } from './provider.ts'
import { modelsOf, ProviderModels } from './provider-models.ts'
import { type RouteConfig, type RouteTable, routeTargets, targetNamed } from './router/resolve.ts'
import type { Model, ModelList } from './wire/model.ts'

/** What a list of models is made of. */
export interface ModelListing {
  readonly providers: readonly Provider[]
  readonly routes: RouteTable
  readonly exposeModels: 'routes' | 'all'
  /** Unix seconds: what routes give as their `created`. */
  readonly created: number
  /** Milliseconds that never go back. Default `performance.now()`. */
  readonly now?: (() => number) | undefined
}

/** Who asks for models, and by which name where it is one that is looked for. */
interface ModelsCaller extends Pick<CallContext, 'origin' | 'principal'> {
  readonly callerCredentials?: CallContext['callerCredentials']
  readonly asked?: string | undefined
}

/** The models that a caller may name. */
export type ListModels = (caller: ModelsCaller) => Promise<ModelList>

/**
 * What a caller can name, once each: the routes, then the providers' models where those are exposed, each under the id that resolves to
 * it: bare where its provider claims it first, else `id/model`, as also where it is asked for so, or may only be named so. A provider that
 * could never be asked is left out, unless nothing else is there.
 */
export function listModels({ providers, routes, exposeModels, created, now }: ModelListing): ListModels {
  const known = providers.map(provider => new ProviderModels(provider, now))

  return async caller => {
    const { origin, principal, callerCredentials } = caller
    if (callerCredentials) return listTheirs(callerCredentials, caller)
    const routeModels = Object.entries(routes).map(([id, route]) => toRouteModel(id, route))
    const listed = origin === 'process' || exposeModels === 'all' ? await ask(caller, routeModels.length === 0) : []
    const allowed = principal?.allowedRoutes
    const all = [...routeModels, ...listed.filter(({ id }) => !Object.hasOwn(routes, id))]
    return { object: 'list', data: onceEach(allowed ? all.filter(({ id }) => allowed.includes(id)) : all) }
  }

  /** What the provider serves to them, by the ids it has itself, which a request that is pinned to it may name. Nothing of it is kept. */
  async function listTheirs(credentials: CallerCredentials, { principal, asked }: ModelsCaller): Promise<ModelList> {
    const provider = providers.find(({ id }) => id === credentials.provider)
    const theirs = provider ? onceEach(await modelsOf(provider, credentials)) : []
    const fullName = ({ id }: Model): string => `${credentials.provider}/${id}`
    const data = theirs
      .filter(model => principal?.allowedRoutes?.includes(fullName(model)) ?? true)
      .map(model => (asked === fullName(model) ? { ...model, id: asked } : model))
    return { object: 'list', data }
  }

  async function ask(caller: ModelsCaller, mustAnswer: boolean): Promise<Model[]> {
    const answers = await Promise.allSettled(known.map(async models => models.list()))
    const failed = answers.find(answer => answer.status === 'rejected')
    if (failed && mustAnswer && answers.every(answer => answer.status === 'rejected')) throw failed.reason
    return answers.flatMap((answer, index) =>
      answer.status === 'fulfilled' ? answer.value.map(model => named(model, providers[index]!, caller)) : [],
    )
  }

  function named(model: Model, provider: Provider, { principal, asked }: ModelsCaller): Model {
    const full = `${provider.id}/${model.id}`
    const allowed = principal?.allowedRoutes
    const isNamedSo = asked === full || (allowed?.includes(full) && !allowed.includes(model.id))
    const owner =
      isNamedSo || targetNamed(model.id, providers)
        ? undefined
        : providers.find(candidate => candidate.claims?.(model.id))
    return owner === provider ? model : { ...model, id: full }
  }

  function toRouteModel(id: string, route: RouteConfig | undefined): Model {
    const model: Model = { id, object: 'model', created, owned_by: 'modelgate' }
    // Its rules may lead a call elsewhere.
    if (!route || ('targets' in route && route.when?.length)) return model
    const targets = routeTargets(route).flatMap(name => targetNamed(name, providers) ?? [])
    const capabilities = toListedCapabilities(
      capabilitiesOfAny(
        targets.map(target => providers.find(({ id }) => id === target.provider)?.capabilitiesOf?.(target.model)),
      ),
    )
    return Object.keys(capabilities).length > 0 ? { ...model, capabilities } : model
  }
}

/** A provider's pages may overlap when something was added while they were read. */
function onceEach(models: readonly Model[]): Model[] {
  const seen = new Set<string>()
  return models.filter(({ id }) => !seen.has(id) && seen.add(id))
}
