import { fetchTransport, type Provider } from '@modelgate/core'
import { ConfigurationError } from '../configuration-error.ts'
import type { Plan } from '../plan.ts'
import { demoRoutesOf } from '../upstream/demo.ts'
import type { ProviderConfigs } from './drill-upstreams.ts'
import { type ConfiguredRoutes, flatRoutes, targetNamesOf } from './flat-routes.ts'
import { type RoutePromise, routePromise } from './route-promise.ts'
import { drillable } from './short-times.ts'
import { nowhere, simulatedProvider } from './simulated-providers.ts'

/** All that a drill needs to know of a configuration. */
export interface Drilling {
  readonly plan: Plan
  readonly providers: ProviderConfigs
  readonly routes: readonly RoutePromise[]
}

/** The providers that a start would have: the file's, or one for each of the credentials found, or the demo's. */
function providersOf({ mode, config, found }: Plan, region: string | undefined): ProviderConfigs {
  const configured = Object.entries(config.providers ?? {})
  const ids = mode === 'live' ? found.map(({ id }) => id) : (['bedrock', 'openai'] as const)
  const wanted = configured.length > 0 ? configured : ids.map(id => [id, { type: id }] as const)
  return Object.fromEntries(
    wanted.map(([id, provider]) => {
      if (provider.type !== 'bedrock') return [id, provider]
      const promptCaching =
        config.features?.promptCaching ?? ('promptCaching' in provider ? provider.promptCaching : undefined)
      const own = 'region' in provider ? provider.region : undefined
      return [id, { ...provider, region: own ?? region, promptCaching }]
    }),
  )
}

/**
 * What is drilled of a configuration: each route and each list of targets that a condition leads to. Where there are no routes, one
 * target of each provider, as callers then name targets.
 * @param region where Bedrock is, if the file does not say
 * @throws {ConfigurationError} where callers can name nothing.
 */
export function drillingOf(plan: Plan, region: string | undefined): Drilling {
  const providers = providersOf(plan, region)
  const configured: ConfiguredRoutes | undefined =
    plan.config.routes ?? (plan.mode === 'simulator' ? demonstrated(providers) : undefined)
  const routes = configured && flatRoutes(configured)
  // Batches are kept where the providers really are, with keys that are not even looked up here.
  const config = drillable({ ...plan.config, batches: undefined, ...(routes && { routes }) })
  const drilled = { ...plan, config }
  const named = Object.entries(routes ?? {}).map(([name, route]) => [name, targetNamesOf(route)] as const)
  const byTarget = named.length > 0 ? named : providersTargets(drilled, providers)
  if (byTarget.length === 0) throw new ConfigurationError(['routes: there is nothing that callers could name.'])
  const source = { config, providers: capabilities(providers) }
  return {
    plan: drilled,
    providers,
    routes: byTarget.map(([name, targets]) => routePromise(name, targets, source)),
  }
}

function demonstrated(providers: ProviderConfigs): ConfiguredRoutes {
  const routes = demoRoutesOf(capabilities(providers))
  return Object.fromEntries(Object.entries(routes).map(([name, targets]) => [name, [...targets]]))
}

/** What callers can name where no route is configured: the default model, or else a plain one of each provider. */
function providersTargets({ config }: Plan, providers: ProviderConfigs): [string, readonly string[]][] {
  if (config.exposeModels === 'routes') return []
  const named = config.defaultModel ?? ''
  if (Object.hasOwn(providers, named.slice(0, Math.max(0, named.indexOf('/'))))) return [[named, [named]]]
  return Object.entries(providers).map(([id, { type }]) => {
    const target = `${id}/${type === 'bedrock' ? 'amazon.nova-lite-v1:0' : 'gpt-4o-mini'}`
    return [target, [target]]
  })
}

/** They are asked what they know, and call nobody. */
function capabilities(providers: ProviderConfigs): readonly Provider[] {
  const transport = fetchTransport()
  return Object.entries(providers).map(([id, config]) =>
    simulatedProvider({ id, config, simulator: nowhere, transport, standIns: new Map() }),
  )
}
