import { type LimitStore, memoryLimitStore } from '@modelgate/core'
import { redisLimitStore } from '@modelgate/core/redis'
import { Redis } from 'ioredis'
import { dynamodbClient } from './dynamodb-client.ts'
import { type WrongStore, wrongStore } from './wrong-stores.ts'

/** Which store, and where; plain data, since it goes to other processes. */
export type StoreSpec =
  | { readonly kind: 'memory' }
  | {
      readonly kind: 'dynamodb'
      readonly endpoint: string
      readonly tableName: string
      readonly requestTimeoutMs?: number
      readonly maxClockSkewMs?: number
    }
  | { readonly kind: 'redis'; readonly port: number }
  | { readonly kind: WrongStore; readonly port: number }

export interface OpenStore {
  readonly store: LimitStore
  readonly close: () => void
}

/** A store as a newly started instance has it, which knows nothing of what the others have counted. */
export async function openStore(spec: StoreSpec): Promise<OpenStore> {
  if (spec.kind === 'memory') return { store: memoryLimitStore(), close: () => undefined }
  if (spec.kind === 'dynamodb') {
    const { endpoint, tableName, requestTimeoutMs, maxClockSkewMs } = spec
    const { dynamodbLimitStore } = await import('@modelgate/aws/dynamodb')
    const client = dynamodbClient(endpoint)
    return {
      store: dynamodbLimitStore({ client, tableName, requestTimeoutMs, maxClockSkewMs }),
      close: () => client.destroy(),
    }
  }
  const redis = new Redis({ host: '127.0.0.1', port: spec.port, lazyConnect: true })
  await redis.connect()
  const store = spec.kind === 'redis' ? redisLimitStore({ client: redis }) : wrongStore(spec.kind, redis)
  return { store, close: () => redis.disconnect() }
}
