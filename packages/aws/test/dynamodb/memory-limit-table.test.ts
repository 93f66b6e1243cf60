import type { LimitWindow, Settlement } from '@modelgate/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAnyDynamoDb } from '../../src/dynamodb/dynamodb-client.ts'
import { DynamoDbLimitTable } from '../../src/dynamodb/limits/dynamodb-limit-table.ts'
import type { LimitItem } from '../../src/dynamodb/limits/limit-item.ts'
import type { LimitTable, WriteResult } from '../../src/dynamodb/limits/limit-table.ts'
import { storeClock } from '../../src/dynamodb/limits/store-clock.ts'
import { TableLimitStore } from '../../src/dynamodb/limits/table-limit-store.ts'
import type { ItemWrite } from '../../src/dynamodb/limits/to-update-item.ts'
import { openTestDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts'
import { MemoryLimitTable } from '../support/memory-limit-table.ts'

let db: TestDynamoDb
beforeAll(async () => {
  db = await openTestDynamoDb()
})
afterAll(() => db[Symbol.asyncDispose]())

/** Asks both tables the same, and compares what they say. */
class ComparedTables implements LimitTable {
  readonly #memory = new MemoryLimitTable()
  readonly #dynamoDb: LimitTable

  constructor(dynamoDb: LimitTable) {
    this.#dynamoDb = dynamoDb
  }

  changedNothing(): boolean {
    return false
  }

  async read(pk: string): Promise<LimitItem | undefined> {
    const [memory, dynamoDb] = await Promise.all([this.#memory.read(pk), this.#dynamoDb.read(pk)])
    expect(dynamoDb).toEqual(memory)
    return dynamoDb
  }

  async write(write: ItemWrite): Promise<WriteResult> {
    const [memory, dynamoDb] = await Promise.all([this.#memory.write(write), this.#dynamoDb.write(write)])
    expect(dynamoDb.applied).toBe(memory.applied)
    // The stand-in does not tell what a failed condition found.
    if (dynamoDb.item) expect(dynamoDb.item).toEqual(memory.item)
    return dynamoDb
  }
}

const minute = (quota: number): LimitWindow => ({ meter: 'requests', windowMs: 60_000, quota })
const hour = (quota: number): LimitWindow => ({ meter: 'requests', windowMs: 3_600_000, quota })
const tokensPerMinute = (quota: number): LimitWindow => ({ meter: 'tokens', windowMs: 60_000, quota })

const call = fc.record({
  store: fc.nat(1),
  waitMs: fc.constantFrom(0, 10, 2400, 2500, 7000, 60_000, 65_000, 4_000_000),
  windows: fc.constantFrom([minute(20), hour(60), tokensPerMinute(900)], [tokensPerMinute(900)], [hour(60)]),
  tokens: fc.integer({ min: 0, max: 100 }),
  used: fc.integer({ min: 0, max: 130 }),
})

describe('the table in memory that the other tests play on', () => {
  it('says to all writes of the store what DynamoDB says', { timeout: 60_000 }, async () => {
    let subjects = 0
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 10, maxLength: 60 }), async calls => {
        let timeMs = 1_750_000_012_345
        const { tableName } = db.tables.limits
        const table = new ComparedTables(
          new DynamoDbLimitTable(openAnyDynamoDb({ client: db.client }), {
            tableName,
            clock: storeClock(),
            now: () => timeMs,
            requestTimeoutMs: 20_000,
          }),
        )
        const stores = [0, 900].map(skewMs => new TableLimitStore({ table, now: () => timeMs + skewMs }))
        subjects += 1
        const subject = `subject-${subjects}`
        const ended: Settlement[] = []
        for (const { store, waitMs, windows, tokens, used } of calls) {
          timeMs += waitMs
          const decision = await stores[store]!.reserve({ subject, windows, tokens }, ended.splice(0, 2))
          if (decision.allowed) ended.push({ subject, windows, slot: decision.slot, tokens: used - tokens })
        }
      }),
      { numRuns: 15 },
    )
  })
})
