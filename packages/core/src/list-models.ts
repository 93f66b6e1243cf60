import type { CallContext } from './call-context.ts'
import type { Provider } from './provider.ts'
import { type RouteTable, targetNamed } from './router/resolve.ts'
import type { Model, ModelList } from './wire/model.ts'

export interface ModelListing {
  readonly providers: readonly Provider[]
  readonly routes: RouteTable
  readonly exposeModels: 'routes' | 'all'
  /** Unix seconds: what routes give as their `created`. */
  readonly created: number
}

export type ListModels = (caller: Pick<CallContext, 'origin' | 'principal'>, signal?: AbortSignal) => Promise<ModelList>

const never = new AbortController().signal

/**
 * What a caller can name: the routes, then the providers' models where those are exposed, each under the id that resolves to
 * it: bare where its provider claims it first, else `id/model`. A provider that cannot be asked is left out, unless nothing else is there.
 */
export function listModels({ providers, routes, exposeModels, created }: ModelListing): ListModels {
  const routeModels = Object.keys(routes).map<Model>(id => ({ id, object: 'model', created, owned_by: 'modelgate' }))

  return async ({ origin, principal }, signal = never) => {
    const listed = origin === 'process' || exposeModels === 'all' ? await ask(signal, routeModels.length === 0) : []
    const allowed = principal?.allowedRoutes
    const all = [...routeModels, ...listed.filter(({ id }) => !Object.hasOwn(routes, id))]
    return { object: 'list', data: allowed ? all.filter(({ id }) => allowed.includes(id)) : all }
  }

  async function ask(signal: AbortSignal, mustAnswer: boolean): Promise<Model[]> {
    const answers = await Promise.allSettled(providers.map(async provider => (await provider.models?.(signal)) ?? []))
    const failed = answers.find(answer => answer.status === 'rejected')
    if (failed && mustAnswer && answers.every(answer => answer.status === 'rejected')) throw failed.reason
    return answers.flatMap((answer, index) =>
      answer.status === 'fulfilled' ? answer.value.map(model => named(model, providers[index]!)) : [],
    )
  }

  function named(model: Model, provider: Provider): Model {
    const owner = targetNamed(model.id, providers)
      ? undefined
      : providers.find(candidate => candidate.claims?.(model.id))
    return owner === provider ? model : { ...model, id: `${provider.id}/${model.id}` }
  }
}
