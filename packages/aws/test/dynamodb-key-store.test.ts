import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { dynamodbKeyStore } from '@modelgate/aws/dynamodb'
import { apiKeys, hashKey, type KeyRecord } from '@modelgate/core'
import { keyStoreCases, type MakeKeyStore } from '@modelgate/core/testing'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { fromKeyItem, toKeyItem } from '../src/dynamodb/keys/key-item.ts'
import { openTestDynamoDb } from './support/dynamodb.ts'

const bare: KeyRecord = { apiKeyId: 'k', apiKeyHash: hashKey('good'), userId: 'ann' }

async function rig() {
  const db = await openTestDynamoDb()
  const onError = vi.fn()
  const store = dynamodbKeyStore({ client: db.client, tableName: db.tables.apiKeys.tableName, onError })
  return { db, store, onError, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() }
}

describe('dynamodbKeyStore keeps the promises of a key store', () => {
  const make: MakeKeyStore = async records => {
    const { db, store } = await rig()
    for (const record of records) await store.put(record)
    return { store, admin: store, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() }
  }
  it.each(keyStoreCases(make))('$name', ({ run }) => run())
})

describe('dynamodbKeyStore', () => {
  it('asks nothing of AWS before it is asked itself', () => {
    expect(() => dynamodbKeyStore({ tableName: 'keys', endpoint: 'http://127.0.0.1:1' })).not.toThrow()
    const notSet: object = { tableName: undefined }
    expect(() => dynamodbKeyStore({ tableName: '' })).toThrow('`tableName` is empty')
    expect(() => Reflect.apply(dynamodbKeyStore, undefined, [notSet])).toThrow('`tableName` is empty')
    expect(() => Reflect.apply(dynamodbKeyStore, undefined, [{ table: 'keys' }])).toThrow('did you mean `tableName`?')
  })

  it('refuses a key whose record cannot be read, and says which', async () => {
    await using made = await rig()
    const { db, store, onError } = made
    const Item = { ...toKeyItem(bare), rateLimit: { M: { requestsPerMinute: { S: 'ten' } } } }
    await db.client.send(new PutItemCommand({ TableName: 'test-api-keys', Item }))
    expect(await store.findByHash(bare.apiKeyHash)).toBeUndefined()
    expect(onError.mock.calls).toEqual([
      [
        expect.objectContaining({
          message:
            "The API key 'k' in test-api-keys is refused: its attribute rateLimit.requestsPerMinute is missing or cannot be read.",
        }),
      ],
    ])
  })

  it('refuses a key that stands in two records where either cannot be read', async () => {
    await using made = await rig()
    const { db, store } = made
    await store.put(bare)
    const Item = { ...toKeyItem({ ...bare, apiKeyId: 'copy' }), active: { S: 'no' } }
    await db.client.send(new PutItemCommand({ TableName: 'test-api-keys', Item }))
    expect(await store.findByHash(bare.apiKeyHash)).toBeUndefined()
  })

  it('refuses a key that stands in two records where either is revoked', async () => {
    await using made = await rig()
    const { store } = made
    await store.put(bare)
    await store.put({ ...bare, apiKeyId: 'copy' })
    expect(await store.findByHash(bare.apiKeyHash)).toMatchObject({ userId: 'ann' })
    await store.revoke('k')
    expect(await store.findByHash(bare.apiKeyHash)).toMatchObject({ active: false })
  })

  it('finds all of a user with more records than one answer holds', async () => {
    await using made = await rig()
    const { store } = made
    const allowedRoutes = Array.from({ length: 1_000 }, (_, index) => `route-${index}-${'x'.repeat(150)}`)
    for (let index = 0; index < 8; index += 1) {
      await store.put({ ...bare, apiKeyId: `k${index}`, apiKeyHash: hashKey(`${index}`), allowedRoutes })
    }
    expect(await store.listByUser('ann')).toHaveLength(8)
  })

  it('opens a door, and while it is down known keys go on', async () => {
    const made = await rig()
    const clock = { now: Date.now() }
    const authenticate = apiKeys(made.store, { now: () => clock.now, onError: () => {} })
    const send = async (key: string) =>
      authenticate({ method: 'GET', path: '/', headers: { 'x-api-key': key }, address: '192.0.2.7' })
    await made.store.put({ ...bare, rateLimit: { requestsPerMinute: 5 } })
    expect(await send('good')).toMatchObject({ keyId: 'k', rateLimit: { requestsPerMinute: 5 } })
    await expect(send('bad')).rejects.toMatchObject({ status: 401 })
    await made[Symbol.asyncDispose]()
    clock.now += 200_000
    expect(await send('good')).toMatchObject({ keyId: 'k' })
    await expect(send('other')).rejects.toMatchObject({ code: 'keys_unavailable', status: 503 })
  })
})

describe('an item of a key', () => {
  const text = fc.string({ minLength: 1 })
  const count = fc.nat()
  const record = fc.record(
    {
      apiKeyId: text,
      apiKeyHash: text,
      userId: text,
      tenant: text,
      tier: text,
      permissions: fc.array(text),
      allowedRoutes: fc.array(text),
      active: fc.boolean(),
      createdAt: text,
      expiresAt: text,
      maxTokens: count,
      rateLimit: fc.record(
        { requestsPerMinute: count, requestsPerHour: count, tokensPerMinute: count, maxConcurrentCalls: count },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['apiKeyId', 'apiKeyHash', 'userId', 'active'] },
  )

  it('holds all that its record says, and no more', () => {
    fc.assert(
      fc.property(record, made => {
        expect(fromKeyItem(toKeyItem(made))).toEqual(made)
      }),
    )
  })

  it('is read with sets, with NULL for absent and with attributes of others', () => {
    const item = { ...toKeyItem(bare), permissions: { SS: ['completions'] }, tier: { NULL: true }, color: { S: 'red' } }
    expect(fromKeyItem(item)).toEqual({ ...bare, active: true, permissions: ['completions'] })
    const { active: _, ...untold } = toKeyItem(bare)
    expect(fromKeyItem(untold)).toEqual(bare)
  })

  it.each([
    ['userId', undefined],
    ['apiKeyHash', { B: new Uint8Array(32) }],
    ['active', { S: 'false' }],
    ['active', { N: '0' }],
    ['expiresAt', { N: '1704067200' }],
    ['maxTokens', { N: '-1' }],
    ['maxTokens', { S: '100' }],
    ['rateLimit', { S: '{}' }],
    ['permissions', { S: 'admin' }],
    ['permissions', { L: [{ N: '1' }] }],
  ])('lets nobody in whose %s is %j', (name, value) => {
    const { [name]: _, ...others } = toKeyItem(bare)
    expect(fromKeyItem(value ? { ...others, [name]: value as { S: string } } : others)).toBe(name)
  })
})
