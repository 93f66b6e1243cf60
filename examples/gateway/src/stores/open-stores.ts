import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Settlement } from '@modelgate/core'
import { redisBudgetStore, redisCacheStore, redisLimitStore } from '@modelgate/core/redis'
import { secretOf } from '../config/secret-of.ts'
import { ConfigurationError } from '../configuration-error.ts'
import type { Plan } from '../plan.ts'
import { Secret } from '../secret.ts'
import { memoryCheck } from '../server/health/health-check.ts'
import { connectRedis } from './connect-redis.ts'
import { openDynamoDbStores } from './dynamodb-stores.ts'
import { isRedisUrl } from './redis-url.ts'
import type { Stores } from './stores.ts'
import { withCacheTable } from './with-cache-table.ts'

/** Written as a call's is: a server that is full, or a replica, answers a ping and counts nothing. */
const nobodysUse: readonly Settlement[] = [
  { subject: 'health-check', windows: [{ meter: 'tokens', windowMs: 60_000, quota: 1 }], slot: 0, tokens: 1 },
]

/**
 * The stores that a configuration asks for. Dispose them after the gateway, which writes to them as it closes.
 * @param warn told, at most once a minute, of a store that cannot be reached.
 * @param client DynamoDB's, where it is not the SDK's own choice
 * @throws {ConfigurationError} for a URL that is none.
 */
export async function openStores(
  { config }: Pick<Plan, 'config'>,
  warn: (sentence: string) => void,
  client?: DynamoDBClient,
): Promise<Stores> {
  if (config.store?.type === 'dynamodb') {
    const { tableName, cacheTableName, region = config.region, endpoint } = config.store
    const place = { client, region, endpoint }
    const stores = await openDynamoDbStores({ tableName, ...place }, warn)
    if (cacheTableName === undefined) return stores
    return withCacheTable(stores, { tableName: cacheTableName, ...place }, warn)
  }
  const url = redisUrlOf(config.store)
  if (!url) return { checks: [memoryCheck('limits')], async [Symbol.asyncDispose]() {} }
  const redis = await connectRedis({ url, warn })
  const limits = redisLimitStore({ client: redis })
  return {
    limits,
    budgets: redisBudgetStore({ client: redis }),
    cache: redisCacheStore({ client: redis }),
    checks: [{ component: 'limits', name: 'redis', check: async () => limits.settle(nobodysUse) }],
    async [Symbol.asyncDispose]() {
      redis.disconnect()
    },
  }
}

function redisUrlOf(store: Plan['config']['store']): Secret | undefined {
  if (store?.type !== 'redis') return undefined
  const url = secretOf(store.url).reveal()
  if (!isRedisUrl(url)) throw new ConfigurationError(['store.url: must be a redis:// or rediss:// URL.'])
  return new Secret(url)
}
