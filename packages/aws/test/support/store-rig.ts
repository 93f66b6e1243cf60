import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { createTables, gatewayTables } from '@modelgate/aws/dynamodb'
import { type ManualClock, manualClock } from '@modelgate/core/testing'
import { afterAll, beforeAll } from 'vitest'
import { openTestDynamoDb, type TestDynamoDb } from './dynamodb.ts'

/** How a store is made of its table. */
export interface StoreParts {
  readonly client: DynamoDBClient
  readonly tableName: string
  readonly now: () => number
}

/** Two stores on one table, and their clock. */
export interface StoreRig<Store> extends AsyncDisposable {
  readonly store: Store
  readonly other: Store
  readonly clock: ManualClock
  readonly client: DynamoDBClient
  readonly tableName: string
}

/** Makes rigs for the tests that stand beside it: each on a table of its own, with nothing in it. */
export function storeRigs<Store>(
  table: 'limits' | 'cache',
  makeStore: (parts: StoreParts) => Store,
): () => Promise<StoreRig<Store>> {
  let db: TestDynamoDb
  let tables = 0
  beforeAll(async () => {
    db = await openTestDynamoDb()
  })
  afterAll(() => db[Symbol.asyncDispose]())
  return async () => {
    tables += 1
    const definition = gatewayTables(`case-${tables}`)[table]
    const { client } = db
    const { tableName } = definition
    await createTables({ client, tables: [definition], pollMs: 1 })
    const clock = manualClock()
    const make = () => makeStore({ client, tableName, now: clock.now })
    return { store: make(), other: make(), clock, client, tableName, async [Symbol.asyncDispose]() {} }
  }
}
