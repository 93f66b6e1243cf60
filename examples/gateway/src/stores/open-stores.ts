import type { LimitStore } from '@modelgate/core'
import { redisLimitStore } from '@modelgate/core/redis'
import { secretOf } from '../config/secret-of.ts'
import { ConfigurationError } from '../configuration-error.ts'
import type { Environment } from '../environment.ts'
import type { Plan } from '../plan.ts'
import { Secret } from '../secret.ts'
import { type HealthCheck, memoryCheck } from '../server/health/health-check.ts'
import { connectRedis } from './connect-redis.ts'
import { type DynamoDbPlace, openDynamoDbStores } from './dynamodb-stores.ts'
import { isRedisUrl } from './redis-url.ts'

/** Where the gateway keeps what its instances share. */
export interface Stores extends AsyncDisposable {
  /** Absent: in the process's memory. */
  readonly limits?: LimitStore | undefined
  readonly checks: readonly HealthCheck[]
}

/**
 * The stores that REDIS_URL or LIMITS_TABLE_NAME, or else the file's `store`, asks for. Dispose them after the gateway, which writes to them as it closes.
 * @param warn told, at most once a minute, of a store that cannot be reached.
 * @throws {ConfigurationError} for a URL that is none.
 */
export async function openStores(
  { settings, config }: Plan,
  environment: Environment,
  warn: (sentence: string) => void,
): Promise<Stores> {
  const table = tableOf({ settings, config })
  if (table) return openDynamoDbStores(table, warn)
  const url = settings.redisUrl ?? redisUrlOf(config.store, environment)
  if (!url) return { checks: [memoryCheck('limits')], async [Symbol.asyncDispose]() {} }
  const client = await connectRedis({ url, warn })
  return {
    limits: redisLimitStore({ client }),
    checks: [{ component: 'limits', name: 'redis', check: () => client.ping() }],
    async [Symbol.asyncDispose]() {
      client.disconnect()
    },
  }
}

function tableOf({ settings, config }: Pick<Plan, 'settings' | 'config'>): DynamoDbPlace | undefined {
  const { redisUrl, limitsTable } = settings
  const inFile = config.store?.type === 'dynamodb' ? config.store : undefined
  if (limitsTable) return { ...inFile, tableName: limitsTable }
  return redisUrl ? undefined : inFile
}

function redisUrlOf(store: Plan['config']['store'], environment: Environment): Secret | undefined {
  if (store?.type !== 'redis') return undefined
  const url = secretOf(store.url, environment).reveal()
  if (!isRedisUrl(url)) throw new ConfigurationError(['store.url: must be a redis:// or rediss:// URL.'])
  return new Secret(url)
}
