import { type BudgetStore, memoryBudgetStore } from '@modelgate/core'
import { redisBudgetStore } from '@modelgate/core/redis'
import { Redis } from 'ioredis'
import { dynamodbClient } from '../limits/dynamodb-client.ts'
import { type WrongBudgetStore, wrongBudgetStores } from './wrong-budget-stores.ts'

/** Which store, and where; plain data, since it goes to other processes. */
export type BudgetStoreSpec =
  | { readonly kind: 'memory' }
  | { readonly kind: 'dynamodb'; readonly endpoint: string; readonly tableName: string }
  | { readonly kind: 'redis' | WrongBudgetStore; readonly port: number }

export interface OpenBudgetStore {
  readonly store: BudgetStore
  readonly close: () => void
}

/** A store as a newly started instance has it. */
export async function openBudgetStore(spec: BudgetStoreSpec): Promise<OpenBudgetStore> {
  if (spec.kind === 'memory') return { store: memoryBudgetStore(), close: () => undefined }
  if (spec.kind === 'dynamodb') {
    const { endpoint, tableName } = spec
    const { dynamodbBudgetStore } = await import('@modelgate/aws/dynamodb')
    const client = dynamodbClient(endpoint)
    // A stand-in that shares the machine's cores with all who ask it.
    return {
      store: dynamodbBudgetStore({ client, tableName, requestTimeoutMs: 60_000 }),
      close: () => client.destroy(),
    }
  }
  const redis = new Redis({ host: '127.0.0.1', port: spec.port, lazyConnect: true })
  await redis.connect()
  const store = spec.kind === 'redis' ? redisBudgetStore({ client: redis }) : wrongBudgetStores[spec.kind](redis)
  return { store, close: () => redis.disconnect() }
}
