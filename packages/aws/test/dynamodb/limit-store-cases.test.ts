import { createTables, dynamodbLimitStore, gatewayTables } from '@modelgate/aws/dynamodb'
import { limitStoreCases, manualClock } from '@modelgate/core/testing'
import { afterAll, beforeAll, describe, it } from 'vitest'
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
  const { limits } = gatewayTables(`case-${tables}`)
  await createTables({ client: db.client, tables: [limits], pollMs: 1 })
  const clock = manualClock()
  // Hundreds of requests at once to one process, on a machine that may be busy, take longer than one to DynamoDB.
  const makeStore = () =>
    dynamodbLimitStore({ client: db.client, tableName: limits.tableName, now: clock.now, requestTimeoutMs: 20_000 })
  return { store: makeStore(), other: makeStore(), clock, [Symbol.asyncDispose]: () => Promise.resolve() }
}

const finer = 'its sub-windows are 24 of a window and a guard, where memory has 12'

describe('the limit store on DynamoDB keeps what every limit store does', () => {
  const cases = limitStoreCases(makeRig, {
    'it lets in and refuses what memory does': finer,
    'it tells of every decision what memory does': finer,
  })
  for (const { name, exception, run } of cases) it.skipIf(exception !== undefined)(name, run)
})
