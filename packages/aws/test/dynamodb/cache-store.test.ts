import { randomBytes } from 'node:crypto'
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { createTables, dynamodbCacheStore, gatewayTables } from '@modelgate/aws/dynamodb'
import { cacheStoreCases, manualClock } from '@modelgate/core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts'

let db: TestDynamoDb
beforeAll(async () => {
  db = await openTestDynamoDb()
})
afterAll(() => db[Symbol.asyncDispose]())

/** Each case has a table of its own. */
let tables = 0

async function makeRig() {
  tables += 1
  const { cache } = gatewayTables(`case-${tables}`)
  await createTables({ client: db.client, tables: [cache], pollMs: 1 })
  const clock = manualClock()
  const makeStore = () => dynamodbCacheStore({ client: db.client, tableName: cache.tableName, now: clock.now })
  const { tableName } = cache
  return { store: makeStore(), other: makeStore(), clock, tableName, [Symbol.asyncDispose]: () => Promise.resolve() }
}

describe('the cache store on DynamoDB keeps what every cache store does', () => {
  for (const { name, run } of cacheStoreCases(makeRig)) it(name, run)
})

describe('the cache store on DynamoDB', () => {
  async function itemsOf(tableName: string) {
    const { Items = [] } = await db.client.send(new ScanCommand({ TableName: tableName }))
    return Items
  }

  it('keeps text short, in one item that DynamoDB may delete once it has expired', async () => {
    const { store, tableName, clock } = await makeRig()
    await store.put('key', new TextEncoder().encode('{"an":"answer"}'.repeat(60_000)), 60_000)
    const items = await itemsOf(tableName)
    expect(items).toHaveLength(1)
    expect(items[0]?.v?.B?.length).toBeLessThan(20_000)
    expect(Number(items[0]?.expirationTimestamp?.N)).toBe(Math.ceil((clock.now() + 60_000) / 1_000))
  })

  it('lays what no item can hold into parts, and has nothing where one of them is gone', async () => {
    const { store, tableName } = await makeRig()
    const value = randomBytes(1024 * 1024)
    await store.put('key', value, 60_000)
    expect(Buffer.from((await store.get('key'))?.value ?? []).equals(value)).toBe(true)
    const items = await itemsOf(tableName)
    expect(items).toHaveLength(4)
    expect(items.every(({ expirationTimestamp }) => expirationTimestamp?.N !== undefined)).toBe(true)
    const { DeleteItemCommand } = await import('@aws-sdk/client-dynamodb')
    const part = items.find(({ pk }) => pk?.S?.startsWith('part:'))
    await db.client.send(new DeleteItemCommand({ TableName: tableName, Key: { pk: part!.pk! } }))
    expect(await store.get('key')).toBeUndefined()
    await store.put('key', value.subarray(0, 10), 60_000)
    expect((await store.get('key'))?.value).toHaveLength(10)
  })

  it('rejects with what the SDK throws', async () => {
    const store = dynamodbCacheStore({ client: db.client, tableName: 'not-there' })
    await expect(store.get('key')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    await expect(store.put('key', new Uint8Array(1), 1_000)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
    const claim = { owner: 'one', value: new Uint8Array(1), ttlMs: 1_000 }
    await expect(store.claim('key', claim)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })
})
