import { cacheRules, defaultRule } from './cache/cache-options.ts'
import { GuardedCache } from './cache/guarded-cache.ts'
import { memoryCacheStore } from './cache/memory-cache-store.ts'
import { ResponseCache } from './cache/response-cache.ts'
import { conditionError } from './condition-error.ts'
import type { GatewayOptions } from './gateway-options.ts'
import type { RouteTable } from './router/resolve.ts'
import { routeFactsOf } from './router/route-facts.ts'
import { StoreHealth } from './store-health.ts'

/** The response cache of a gateway with these options. */
export function responseCacheOf(
  { cache: options }: Pick<GatewayOptions, 'cache'>,
  routes: RouteTable,
  onError: (error: unknown) => void,
): ResponseCache {
  const { store = memoryCacheStore(), storeTimeoutMs = 50 } = options ?? {}
  const tell = (cause: unknown): void =>
    onError(conditionError('The cache store fails; calls go on without it.', { cause }))
  const health = new StoreHealth(() => performance.now(), tell)
  return new ResponseCache({
    store: new GuardedCache({ store, health, readTimeoutMs: storeTimeoutMs }),
    rules: cacheRules(routes, options ?? {}),
    rule: defaultRule(options ?? {}),
    factsOf: routeFactsOf(routes),
    onError: tell,
  })
}
