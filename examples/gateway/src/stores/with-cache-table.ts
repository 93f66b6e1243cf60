import { dynamodbCacheStore } from '@modelgate/aws/dynamodb'
import type { DynamoDbPlace } from './dynamodb-stores.ts'
import type { Stores } from './stores.ts'
import { tellUnusable } from './tell-unusable.ts'

/** The stores with one more, for answers that are given again. The app starts without its table, and says so. */
export async function withCacheTable(
  stores: Stores,
  place: DynamoDbPlace,
  warn: (sentence: string) => void,
): Promise<Stores> {
  const cache = dynamodbCacheStore(place)
  await cache.warmUp().catch(tellUnusable(place.tableName, warn))
  return {
    ...stores,
    cache,
    async [Symbol.asyncDispose]() {
      cache.close()
      await stores[Symbol.asyncDispose]()
    },
  }
}
