import { dynamodbCacheStore } from '@modelgate/aws/dynamodb'
import type { DynamoDbPlace } from './dynamodb-stores.ts'
import type { Stores } from './open-stores.ts'

/** The stores with one more, for answers that are given again; as they are where no table is named. */
export function withCacheTable(
  stores: Stores,
  tableName: string | undefined,
  place: Omit<DynamoDbPlace, 'tableName'>,
): Stores {
  if (tableName === undefined) return stores
  const cache = dynamodbCacheStore({ tableName, ...place })
  return {
    ...stores,
    cache,
    async [Symbol.asyncDispose]() {
      cache.close()
      await stores[Symbol.asyncDispose]()
    },
  }
}
