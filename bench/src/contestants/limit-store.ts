import type { LimitStore } from '@modelgate/core'

/** Where limits are counted: in Redis, in DynamoDB, or where none is named in memory. */
export async function storeOf(kind: string, url: string): Promise<LimitStore | undefined> {
  if (kind === 'redis') {
    const [{ redisLimitStore }, { Redis }] = await Promise.all([import('@modelgate/core/redis'), import('ioredis')])
    return redisLimitStore({ client: new Redis(url.replace('http', 'redis')) })
  }
  if (kind !== 'dynamodb') return undefined
  const { createTables, dynamodbLimitStore, gatewayTables } = await import('@modelgate/aws/dynamodb')
  const at = { endpoint: url, region: 'us-east-1' }
  const { limits } = gatewayTables('bench')
  await createTables({ ...at, tables: [limits] })
  return dynamodbLimitStore({ ...at, tableName: limits.tableName })
}
