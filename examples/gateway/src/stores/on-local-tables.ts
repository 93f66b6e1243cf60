import type { GatewayTables } from '@modelgate/aws/dynamodb'
import type { Plan } from '../plan.ts'

/** A plan with its keys, limits and log in these tables; a log that was sent elsewhere goes there. */
export function onLocalTables(plan: Plan, { apiKeys, limits, cache, requestAnalytics }: GatewayTables): Plan {
  const { config, settings } = plan
  return {
    ...plan,
    settings: { ...settings, apiKeyTable: apiKeys.tableName },
    config: {
      ...config,
      store: { type: 'dynamodb', tableName: limits.tableName, cacheTableName: cache.tableName },
      // The stand-in shares this process, and its answers come when there is time: not in what DynamoDB itself needs.
      limits: { storeTimeoutMs: 2_000, ...config.limits },
      idempotency: { storeTimeoutMs: 2_000, ...config.idempotency },
      requestLog: config.requestLog ?? { kind: 'dynamodb', tableName: requestAnalytics.tableName },
    },
  }
}
