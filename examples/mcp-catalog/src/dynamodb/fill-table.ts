import { setTimeout as sleep } from 'node:timers/promises'
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  type WriteRequest,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import type { Product } from '../product.ts'
import { toItem } from './product-item.ts'
import { productTable } from './product-table.ts'

/** What DynamoDB takes at once. */
const batchSize = 25
/** Milliseconds until what DynamoDB had no capacity for is written again; twice as long each time. */
const firstPauseMs = 50
const longestPauseMs = 5_000

/** Makes the table where it is not there, and puts the products into it. */
export async function fillTable(
  client: DynamoDBClient,
  tableName: string,
  products: readonly Product[],
): Promise<void> {
  await client.send(new CreateTableCommand(productTable(tableName))).catch((error: unknown) => {
    if (!(error instanceof ResourceInUseException)) throw error
  })
  await waitUntilTableExists({ client, maxWaitTime: 120, minDelay: 1, maxDelay: 2 }, { TableName: tableName })
  let left: WriteRequest[] = products.map(product => ({ PutRequest: { Item: toItem(product) } }))
  let pauseMs = firstPauseMs
  while (left.length > 0) {
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName]: left.slice(0, batchSize) } }),
    )
    const refused = UnprocessedItems?.[tableName] ?? []
    left = [...left.slice(batchSize), ...refused]
    if (refused.length > 0) await sleep(pauseMs)
    pauseMs = refused.length > 0 ? Math.min(2 * pauseMs, longestPauseMs) : firstPauseMs
  }
}
