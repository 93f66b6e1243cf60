import { randomBytes } from 'node:crypto'
import { DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { dynamodbCacheStore } from '@modelgate/aws/dynamodb'
import { cacheStoreCases } from '@modelgate/core/testing'
import { describe, expect, it } from 'vitest'
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
