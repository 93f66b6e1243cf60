import type { KeyRecord, KeyStore, Provider } from '@modelgate/core'
import { spellingOf } from '@modelgate/core'
import { ConfigurationError } from './configuration-error.ts'
import type { Plan } from './plan.ts'
import { routesOf } from './upstream/demo.ts'

/** The names of models that callers may use over the door, whoever they are. */
export interface ServedNames {
  /** Why nobody is served under a name, with the names that exist; `undefined` where it is served. */
  faultOf(name: string): string | undefined
}

/** Routes; where all models are exposed, or callers bring credentials of their own, also `id/model` and the ids that a provider claims. */
export function servedNames({ mode, config }: Plan, providers: readonly Provider[]): ServedNames {
  const routes = Object.keys(routesOf({ mode, config }, providers))
  const exposed = config.exposeModels ?? (mode === 'simulator' || routes.length === 0 ? 'all' : 'routes')
  const servesTargets = exposed === 'all' || config.callerCredentials !== undefined
  const isTarget = (name: string): boolean =>
    providers.some(by => (name.startsWith(`${by.id}/`) && name.length > by.id.length + 1) || by.claims?.(name))
  const known = [...routes, ...(servesTargets ? providers.map(({ id }) => `${id}/<model id>`) : [])].join(', ')
  return {
    faultOf(name) {
      if (routes.includes(name) || (servesTargets && isTarget(name))) return undefined
      const near = spellingOf(name, routes)
      const why = isTarget(name) ? " while `exposeModels` is 'routes'" : ''
      const meant = near === undefined ? 'known' : `did you mean '${near}'? Known`
      return `'${name}' is not served here${why}; ${meant} are ${known}.`
    },
  }
}

/**
 * Refuses keys of the configuration that may name what nobody serves: they would be refused call by call, in words of another mistake.
 * @throws {ConfigurationError} with a line for each such name.
 */
export function checkAllowedRoutes({ config: { keys = [] } }: Plan, served: ServedNames): void {
  const faults = keys.flatMap(({ allowedRoutes = [] }, index) =>
    allowedRoutes.flatMap((name, at) => {
      const fault = served.faultOf(name)
      return fault === undefined ? [] : [`keys[${index}].allowedRoutes[${at}]: ${fault}`]
    }),
  )
  if (faults.length > 0) throw new ConfigurationError(faults)
}

/** After so many a store of misspelt names is known for one. */
const mostTold = 100

/** A store whose keys are looked at as they are fetched: names that nobody serves are warned of, once each. What is in memory was looked at before. */
export function withServedNames(store: KeyStore, served: ServedNames, warn: (text: string) => void): KeyStore {
  const told = new Set<string>()
  function look(record: KeyRecord | undefined): KeyRecord | undefined {
    for (const name of record?.allowedRoutes ?? []) {
      const fault = served.faultOf(name)
      if (fault === undefined || told.has(name) || told.size >= mostTold) continue
      told.add(name)
      warn(`The key ${record?.apiKeyId}: allowedRoutes: ${fault}`)
    }
    return record
  }
  return {
    findByHash(apiKeyHash) {
      const found = store.findByHash(apiKeyHash)
      return found instanceof Promise ? found.then(look) : found
    },
  }
}
