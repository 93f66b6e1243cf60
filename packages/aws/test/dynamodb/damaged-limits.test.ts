import { type AttributeValue, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { dynamodbLimitStore } from '@modelgate/aws/dynamodb'
import type { LimitWindow } from '@modelgate/core'
import { manualClock } from '@modelgate/core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts'

let db: TestDynamoDb
beforeAll(async () => {
  db = await openTestDynamoDb()
})
afterAll(() => db[Symbol.asyncDispose]())

const windows: readonly LimitWindow[] = [
  { meter: 'requests', windowMs: 60_000, quota: 4 },
  { meter: 'tokens', windowMs: 60_000, quota: 1_000 },
]
const span = '60000/25'
const clock = manualClock()
const asked = (subject: string) => ({ subject, windows, tokens: 10 })
const storeOf = () => dynamodbLimitStore({ client: db.client, tableName: db.tables.limits.tableName, now: clock.now })

type Item = Record<string, AttributeValue>

/** A subject that was counted twice, and what somebody made of its item then. */
async function damaged(subject: string, damage: (item: Item) => Item): Promise<void> {
  const store = storeOf()
  await store.reserve(asked(subject), [])
  await store.reserve(asked(subject), [])
  const TableName = db.tables.limits.tableName
  const { Item = {} } = await db.client.send(new GetItemCommand({ TableName, Key: { pk: { S: subject } } }))
  await db.client.send(new PutItemCommand({ TableName, Item: { ...Item, ...damage(Item) } }))
}

const membersOf = (item: Item): Item => item[span]?.M ?? {}

describe('limits that somebody else has written', () => {
  it.each<[string, (item: Item) => Item, left: number]>([
    ['text', () => ({ [span]: { S: 'x' } }), 3],
    ['nothing', () => ({ [span]: { M: {} } }), 3],
    ['no tokens', item => ({ [span]: { M: { ...membersOf(item), tokens: { NULL: true } } } }), 1],
    ['a short ring', item => ({ [span]: { M: { ...membersOf(item), requests: ring(item, []) } } }), 1],
    ['text in a ring', item => ({ [span]: { M: { ...membersOf(item), requests: ring(item, [{ S: '1' }]) } } }), 1],
    ['no count', item => ({ [span]: { M: { ...membersOf(item), tokens: without('now', item) } } }), 1],
    ['no sum', item => ({ [span]: { M: { ...membersOf(item), tokens: without('used', item) } } }), 1],
    ['no newest', item => ({ [span]: { M: { ...membersOf(item), newest: { S: 'today' } } } }), 1],
    ['text for writes', () => ({ writes: { S: 'two' } }), 1],
  ])(
    '(%s) are told of once and written anew: what can be read of them goes on counting',
    async (name, damage, left) => {
      const subject = `key:${name}`
      await damaged(subject, damage)
      clock.advance(30_000)
      const stores = [storeOf(), storeOf()]
      await expect(stores[0]?.reserve(asked(subject), [])).rejects.toMatchObject({
        code: 'upstream_unavailable',
        ofOneSubject: true,
        message: expect.stringMatching(/held what this version does not write.*written anew/),
      })
      const remaining: unknown[] = []
      for (const store of stores) {
        const {
          allowed,
          windows: [requests],
        } = await store.reserve(asked(subject), [])
        remaining.push(allowed && requests?.remaining)
      }
      expect(remaining).toEqual([left, left - 1])
      clock.advance(65_000)
      expect(await stores[0]?.reserve(asked(subject), [])).toMatchObject({
        allowed: true,
        windows: [{ remaining: 3 }, {}],
      })
    },
  )

  it('are found by an instance that knew them well', async () => {
    const store = storeOf()
    const subject = 'key:known'
    await store.reserve(asked(subject), [])
    await damaged(subject, () => ({ [span]: { S: 'x' } }))
    await expect(store.reserve(asked(subject), [])).rejects.toThrow(/written anew/)
    expect(await store.reserve(asked(subject), [])).toMatchObject({ allowed: true })
  })
})

function without(name: 'now' | 'used', item: Item): AttributeValue {
  const { [name]: _, ...others } = membersOf(item).tokens?.M ?? {}
  return { M: others }
}

function ring(item: Item, first: readonly AttributeValue[]): AttributeValue {
  const requests = membersOf(item).requests?.M ?? {}
  const rest = first.length > 0 ? (requests.ring?.L ?? []).slice(first.length) : []
  return { M: { ...requests, ring: { L: [...first, ...rest] } } }
}
