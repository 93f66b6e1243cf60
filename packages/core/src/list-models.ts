import type { CallContext } from './call-context.ts'
import type { CallerCredentials } from './caller-credentials.ts'
import { GatewayError } from './errors.ts'
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

export type ListModels = (
  caller: Pick<CallContext, 'origin' | 'principal'> & Partial<Pick<CallContext, 'callerCredentials'>>,
) => Promise<ModelList>

/** A provider that says nothing for so long is left out. */
const listMs = 10_000
/** How long a listing is given to whoever asks. */
const keepMs = 30_000

/**
 * What a caller can name: the routes, then the providers' models where those are exposed, each under the id that resolves to
 * it: bare where its provider claims it first, else `id/model`. A provider that cannot be asked is left out, unless nothing else is there.
 */
export function listModels({ providers, routes, exposeModels, created }: ModelListing): ListModels {
  const routeModels = Object.keys(routes).map<Model>(id => ({ id, object: 'model', created, owned_by: 'modelgate' }))

  let shared: { readonly until: number; readonly models: Promise<Model[]> } | undefined

  /** A listing costs the providers several requests; whoever asks again and again must not make them pay for it. */
  function askOnce(): Promise<Model[]> {
    if (shared && performance.now() < shared.until) return shared.models
    const models = ask(routeModels.length === 0)
    shared = { until: performance.now() + keepMs, models }
    models.catch(() => {
      shared = undefined
    })
    return models
  }

  return async ({ origin, principal, callerCredentials }) => {
    if (callerCredentials) return listTheirs(providers, callerCredentials)
    const listed = origin === 'process' || exposeModels === 'all' ? await askOnce() : []
    const allowed = principal?.allowedRoutes
    const all = [...routeModels, ...listed.filter(({ id }) => !Object.hasOwn(routes, id))]
    return { object: 'list', data: allowed ? all.filter(({ id }) => allowed.includes(id)) : all }
  }

  async function ask(mustAnswer: boolean): Promise<Model[]> {
    const signal = AbortSignal.timeout(listMs)
    const answers = await Promise.allSettled(providers.map(provider => modelsOf(provider, signal)))
    const failed = answers.find(answer => answer.status === 'rejected')
    // A list with a gap is given once, and not kept.
    if (failed) shared = undefined
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

/** What the provider serves to them, by the ids it has itself, which a request that is pinned to it may name. Nothing of it is kept. */
async function listTheirs(providers: readonly Provider[], credentials: CallerCredentials): Promise<ModelList> {
  const provider = providers.find(({ id }) => id === credentials.provider)
  const signal = AbortSignal.timeout(listMs)
  return { object: 'list', data: provider ? [...(await modelsOf(provider, signal, credentials))] : [] }
}

async function modelsOf(
  provider: Provider,
  signal: AbortSignal,
  credentials?: CallerCredentials,
): Promise<readonly Model[]> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void =>
    reject(new GatewayError('timeout_total', `The provider '${provider.id}' did not list its models.`))
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([provider.models?.(signal, credentials) ?? [], aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
