import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { dynamodbLimitStore } from '@modelgate/aws/dynamodb'
import type { LimitWindow, Settlement } from '@modelgate/core'
import { manualClock } from '@modelgate/core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { itemKey } from '../../src/dynamodb/limits/limit-table.ts'
import { openTestDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts'

let db: TestDynamoDb
beforeAll(async () => {
  db = await openTestDynamoDb()
})
afterAll(() => db[Symbol.asyncDispose]())

const enterprise: readonly LimitWindow[] = [
  { meter: 'requests', windowMs: 60_000, quota: 10_000 },
  { meter: 'requests', windowMs: 3_600_000, quota: 600_000 },
  { meter: 'tokens', windowMs: 60_000, quota: 100_000_000 },
]

const storeWith = (clock: { readonly now: () => number }) =>
  dynamodbLimitStore({ client: db.client, tableName: db.tables.limits.tableName, now: clock.now })

async function itemOf(subject: string) {
  const TableName = db.tables.limits.tableName
  return (await db.client.send(new GetItemCommand({ TableName, Key: { pk: { S: itemKey(subject) } } }))).Item
}

describe('the item of a subject', () => {
  it('is under 1 KB, so that a write costs one unit, when every sub-window is full', async () => {
    const clock = manualClock()
    const store = storeWith(clock)
    const subject = 'k'.repeat(128)
    for (let index = 0; index < 60; index += 1) {
      await store.reserve({ subject, windows: enterprise, tokens: 3_999_999 }, [])
      clock.advance(2500)
    }
    for (let index = 0; index < 30; index += 1) {
      await store.reserve({ subject, windows: enterprise, tokens: 3_999_999 }, [])
      clock.advance(150_000)
    }
    const text = JSON.stringify(await itemOf(subject))
    // Braces, quotes and types are more than what DynamoDB counts beside names and values.
    const names = [...text.matchAll(/"(\w[\w/]*)":/g)].map(([, name]) => name!).filter(name => !/^[NSML]$/.test(name))
    const numbers = [...text.matchAll(/"N":"(\d+)"/g)].map(([, digits]) => digits!)
    const bytes =
      subject.length +
      names.join('').length +
      numbers.reduce((sum, digits) => sum + 2 + Math.ceil(digits.length / 2), 0)
    expect(bytes + 20 * 3).toBeLessThan(1024)
  })

  it('expires an hour after all of it has left its windows', async () => {
    const clock = manualClock()
    await storeWith(clock).reserve({ subject: 'key:ttl', windows: enterprise, tokens: 1 }, [])
    const expiresAt = Number((await itemOf('key:ttl'))?.expirationTimestamp?.N)
    expect(expiresAt - clock.now() / 1000).toBeGreaterThan(2 * 3600)
    expect(expiresAt - clock.now() / 1000).toBeLessThan(3 * 3600 + 2)
  })

  it('begins anew where it was deleted, whatever an instance remembers of it', async () => {
    const clock = manualClock()
    const store = storeWith(clock)
    const windows: readonly LimitWindow[] = [{ meter: 'tokens', windowMs: 60_000, quota: 100 }]
    const decision = await store.reserve({ subject: 'key:gone', windows, tokens: 100 }, [])
    await deleteAll()
    const slot = decision.allowed ? decision.slot : 0
    const settlement: Settlement = { subject: 'key:gone', windows, slot, tokens: -100 }
    expect(await store.reserve({ subject: 'key:gone', windows, tokens: 70 }, [settlement])).toMatchObject({
      allowed: true,
      windows: [{ remaining: 30 }],
    })
  })
})

async function deleteAll(): Promise<void> {
  const { DeleteItemCommand } = await import('@aws-sdk/client-dynamodb')
  const TableName = db.tables.limits.tableName
  const { Items = [] } = await db.client.send(new ScanCommand({ TableName }))
  for (const { pk } of Items) await db.client.send(new DeleteItemCommand({ TableName, Key: { pk: pk! } }))
}

describe('itemKey', () => {
  it('is the subject where DynamoDB can hold it, else its hash', () => {
    expect(itemKey('key:key-1')).toBe('key:key-1')
    const hashed = ['', 'x'.repeat(129), '\uD800', '\uD801', 'sha256:1', `sha256:${'0'.repeat(64)}`].map(itemKey)
    expect(new Set(hashed).size).toBe(hashed.length)
    for (const key of hashed) expect(key).toMatch(/^sha256:[0-9a-f]{64}$/)
  })
})
