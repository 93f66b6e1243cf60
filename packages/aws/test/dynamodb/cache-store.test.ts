import { randomBytes } from 'node:crypto'
import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { dynamodbCacheStore } from '@modelgate/aws/dynamodb'
import { cacheStoreCases } from '@modelgate/core/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openScriptedDynamoDb, sendFault } from '../support/scripted-dynamodb.ts'
import { storeRigs } from '../support/store-rig.ts'

const makeRig = storeRigs('cache', dynamodbCacheStore)

describe('the cache store on DynamoDB keeps what every cache store does', () => {
  for (const { name, run } of cacheStoreCases(makeRig)) it(name, run)
})

describe('the cache store on DynamoDB', () => {
  async function itemsOf({ client, tableName }: Awaited<ReturnType<typeof makeRig>>) {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }))
    return Items
  }

  it('keeps text short, in one item that DynamoDB may delete once it has expired', async () => {
    const rig = await makeRig()
    const { store, clock } = rig
    await store.put('key', new TextEncoder().encode('{"an":"answer"}'.repeat(60_000)), 60_000)
    const items = await itemsOf(rig)
    expect(items).toHaveLength(1)
    expect(items[0]?.v?.B?.length).toBeLessThan(20_000)
    expect(Number(items[0]?.expirationTimestamp?.N)).toBe(Math.ceil((clock.now() + 60_000) / 1_000))
  })

  it('lays what no item can hold into parts, and has nothing where one of them is gone', async () => {
    const rig = await makeRig()
    const { store, client, tableName } = rig
    // All of it in one page of a scan, which ends behind a megabyte.
    const value = randomBytes(1_000_000)
    await store.put('key', value, 60_000)
    expect(Buffer.from((await store.get('key'))?.value ?? []).equals(value)).toBe(true)
    const items = await itemsOf(rig)
    expect(items).toHaveLength(4)
    expect(items.every(({ expirationTimestamp }) => expirationTimestamp?.N !== undefined)).toBe(true)
    const part = items.find(({ pk }) => pk?.S?.startsWith('part:'))
    await client.send(new DeleteItemCommand({ TableName: tableName, Key: { pk: part!.pk! } }))
    expect(await store.get('key')).toBeUndefined()
    await store.put('key', value.subarray(0, 10), 60_000)
    expect((await store.get('key'))?.value).toHaveLength(10)
  })

  it('says of what somebody else wrote under a key that this key alone cannot be read', async () => {
    const { store, client, tableName, clock } = await makeRig()
    const x = { N: String(clock.now() + 60_000) }
    const damages: Record<string, Record<string, AttributeValue>> = {
      nothing: {},
      text: { x: { S: 'tomorrow' }, v: { B: new Uint8Array(2) } },
      partless: { x, partsId: { S: 'gone' }, parts: { N: '2' } },
      vast: { x, partsId: { S: 'gone' }, parts: { N: '1000000000' } },
    }
    const claim = { owner: 'one', value: new Uint8Array(1), ttlMs: 1_000 }
    for (const [name, attributes] of Object.entries(damages)) {
      await client.send(
        new PutItemCommand({ TableName: tableName, Item: { pk: { S: `entry:${name}` }, ...attributes } }),
      )
      await expect(store.claim(name, claim)).rejects.toMatchObject({ name: 'UnreadableValue' })
    }
    await expect(store.get('vast')).rejects.toMatchObject({ name: 'UnreadableValue' })
  })

  it('rejects with what the SDK throws', async () => {
    const { client } = await makeRig()
    const store = dynamodbCacheStore({ client, tableName: 'not-there' })
    await expect(store.get('key')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    await expect(store.put('key', new Uint8Array(1), 1_000)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
    const claim = { owner: 'one', value: new Uint8Array(1), ttlMs: 1_000 }
    await expect(store.claim('key', claim)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })
})

it.each([
  [4, 'is made at the fifth'],
  [5, 'is given up, by a name that says what to do'],
])('a claim whose rival has gone each time it is looked for, %i times: %s', async (refusals, _what) => {
  let puts = 0
  await using server = await openScriptedDynamoDb((operation, response) => {
    if (operation === 'PutItem' && ++puts <= refusals) sendFault(response, 400, 'ConditionalCheckFailedException')
    else response.end('{}')
  })
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const client = new DynamoDBClient({ endpoint: server.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
  const store = dynamodbCacheStore({ client, tableName: 'cache' })
  const claim = store.claim('key', { owner: 'mine', value: new Uint8Array(1), ttlMs: 15_000 })
  if (refusals < 5) await expect(claim).resolves.toBeUndefined()
  else await expect(claim).rejects.toMatchObject({ name: 'UnreadableValue' })
  expect(puts).toBe(5)
})

describe('a claim made by a machine whose clock is wrong', () => {
  afterEach(() => vi.useRealTimers())
  const trueMs = Date.UTC(2029, 4, 9, 12)
  const mine = { owner: 'mine', value: new Uint8Array(1), ttlMs: 15_000 }

  /** A table with one item, or none, that says the true time and applies what it is asked to write. */
  async function openTable(item?: object) {
    const server = await openScriptedDynamoDb((operation, response) => {
      response.setHeader('date', new Date(trueMs).toUTCString())
      response.end(operation === 'GetItem' ? JSON.stringify({ Item: item }) : '{}')
    })
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
    const client = new DynamoDBClient({ endpoint: server.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
    return { server, store: dynamodbCacheStore({ client, tableName: 'cache' }) }
  }

  it('does not take over what another still holds, though it be 20 s ahead', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: trueMs + 20_000 })
    const held = { pk: { S: 'entry:key' }, v: { B: 'AA==' }, o: { S: 'other' }, x: { N: String(trueMs + 10_000) } }
    const { server, store } = await openTable(held)
    await using _ = server
    expect(await store.claim('key', mine)).toMatchObject({ owner: 'other' })
    expect(server.requests.map(({ operation }) => operation)).toEqual(['GetItem'])
  })

  it('is not over for the others as soon as it is made, though it be 20 s behind', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: trueMs - 20_000 })
    const { server, store } = await openTable()
    await using _ = server
    expect(await store.claim('key', mine)).toBeUndefined()
    const put = JSON.parse(server.requests.at(-1)?.body ?? '') as {
      readonly Item: { readonly x: { readonly N: string } }
    }
    expect(Math.abs(Number(put.Item.x.N) - (trueMs + 15_000))).toBeLessThan(2_000)
  })
})
