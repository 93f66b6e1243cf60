import { type AttributeValue, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { dynamodbBudgetStore } from '@modelgate/aws/dynamodb'
import { type BudgetStore, budgetDay } from '@modelgate/core'
import { budgetStoreCases } from '@modelgate/core/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openScriptedDynamoDb, sendFault } from '../support/scripted-dynamodb.ts'
import { storeRigs } from '../support/store-rig.ts'

// Hundreds of requests at once to one process, on a machine that may be busy, take longer than one to DynamoDB.
const makeRig = storeRigs('limits', parts => dynamodbBudgetStore({ ...parts, requestTimeoutMs: 20_000 }))

describe('the budget store on DynamoDB keeps what every budget store does', () => {
  for (const { name, run } of budgetStoreCases(makeRig)) it(name, run)
})

const limits = [{ period: 'day', nanoUsd: 100 }] as const
const call = (store: BudgetStore) => store.reserve({ subject: 'key:k', limits, nanoUsd: 10 }, [])
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }

/** A store whose answers a test gives, and the operations that it was asked. */
async function scripted(answer: Parameters<typeof openScriptedDynamoDb>[0]) {
  const server = await openScriptedDynamoDb(answer)
  const client = new DynamoDBClient({ endpoint: server.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
  const store = dynamodbBudgetStore({ client, tableName: 'limits', now: () => Date.UTC(2029, 4, 9, 12) })
  return { server, store, operations: () => server.requests.map(({ operation }) => operation) }
}

const item = (day: number, dayNanoUsd: number) => ({
  day: { N: String(day) },
  resets: { N: '0' },
  dayNanoUsd: { N: String(dayNanoUsd) },
  monthNanoUsd: { N: String(dayNanoUsd) },
})
const today = Date.UTC(2029, 4, 9) / 86_400_000

describe('the budget store on DynamoDB', () => {
  afterEach(() => vi.useRealTimers())

  it('takes one write a call once the day has begun, and one request for a call that is refused', async () => {
    let spent = 90
    const { server, store, operations } = await scripted((_, response) => {
      if (spent < 100) {
        spent = 100
        response.end(JSON.stringify({ Attributes: item(today, spent) }))
        return
      }
      response.statusCode = 400
      const __type = 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException'
      response.end(JSON.stringify({ __type, message: 'The conditional request failed', Item: item(today, spent) }))
    })
    await using _ = server
    expect(await call(store)).toMatchObject({ allowed: true, standing: { dayNanoUsd: 100 } })
    expect(await call(store)).toMatchObject({ allowed: false, standing: { dayNanoUsd: 100 } })
    expect(operations()).toEqual(['UpdateItem', 'UpdateItem'])
  })

  it('says of what DynamoDB refused that nothing was written, and of what it failed at nothing', async () => {
    let status = 400
    const { server, store } = await scripted((_, response) => sendFault(response, status, 'ThrottlingException'))
    await using _ = server
    await expect(call(store)).rejects.toMatchObject({ wroteNothing: true })
    status = 500
    await expect(call(store)).rejects.not.toHaveProperty('wroteNothing')
  })

  it('goes on with a budget that somebody else wrote, and counts what is missing in it as nothing', async () => {
    const { store, clock, client, tableName } = await makeRig()
    const day = { N: String(budgetDay(clock.now())) }
    const zero = { N: '0' }
    const five = { N: '5' }
    const damages: Record<string, Record<string, AttributeValue>> = {
      nothing: {},
      noMonth: { day, resets: zero, dayNanoUsd: five },
      noResets: { day, dayNanoUsd: five, monthNanoUsd: five },
      noDay: { resets: zero, dayNanoUsd: five, monthNanoUsd: five },
      text: { day, resets: zero, dayNanoUsd: { S: 'five' }, monthNanoUsd: { S: 'five' } },
    }
    const spent: Record<string, number> = {}
    for (const [name, attributes] of Object.entries(damages)) {
      const subject = `key:${name}`
      const Item = { pk: { S: `budget#${subject}` }, ...attributes }
      await client.send(new PutItemCommand({ TableName: tableName, Item }))
      const limits = [{ period: 'month', nanoUsd: 100 }] as const
      const { allowed, standing } = await store.reserve({ subject, limits, nanoUsd: 10 }, [])
      expect(allowed).toBe(true)
      await store.settle([{ subject, slot: standing, nanoUsd: -3 }])
      spent[name] = (await store.read(subject)).dayNanoUsd
    }
    expect(spent).toEqual({ nothing: 7, noMonth: 12, noResets: 12, noDay: 7, text: 7 })
  })

  it('can be reset whatever somebody else wrote in it', async () => {
    const { store, clock, client, tableName } = await makeRig()
    const day = { N: String(budgetDay(clock.now())) }
    const five = { N: '5' }
    const damages: Record<string, AttributeValue>[] = [
      { resets: { S: 'two' }, day, dayNanoUsd: five, monthNanoUsd: five },
      { resets: { L: [] }, day: { S: 'today' }, dayNanoUsd: { S: 'five' } },
    ]
    for (const [at, attributes] of damages.entries()) {
      const subject = `key:reset-${at}`
      await client.send(
        new PutItemCommand({ TableName: tableName, Item: { pk: { S: `budget#${subject}` }, ...attributes } }),
      )
      const limits = [{ period: 'day', nanoUsd: 100 }] as const
      const { standing: slot } = await store.reserve({ subject, limits, nanoUsd: 10 }, [])
      await client.send(
        new PutItemCommand({ TableName: tableName, Item: { pk: { S: `budget#${subject}` }, ...attributes } }),
      )
      await store.reset(subject)
      expect(await store.read(subject)).toMatchObject({ resets: 1, dayNanoUsd: 0, monthNanoUsd: 0 })
      // What was reserved before is not given back to what was spent since.
      await store.reserve({ subject, limits, nanoUsd: 10 }, [])
      await store.settle([{ subject, slot, nanoUsd: -10 }])
      expect(await store.read(subject)).toMatchObject({ resets: 1, dayNanoUsd: 10 })
    }
  })

  it('gives up where others are in the way time after time, and has written nothing', async () => {
    let spent = 0
    const { server, store, operations } = await scripted((_, response) => {
      response.statusCode = 400
      spent += 1
      const __type = 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException'
      response.end(JSON.stringify({ __type, message: 'no', Item: item(today - 1, spent) }))
    })
    await using _ = server
    await expect(call(store)).rejects.toMatchObject({
      code: 'upstream_unavailable',
      wroteNothing: true,
      ofOneSubject: true,
    })
    expect(operations()).toHaveLength(8)
  })

  it('can be warmed up, so that its first call waits for no SDK and no connection; and says why its table cannot be used', async () => {
    let status = 200
    await using server = await openScriptedDynamoDb((operation, response) => {
      if (status !== 200) sendFault(response, status, 'ResourceNotFoundException')
      else response.end(operation === 'GetItem' ? '{}' : JSON.stringify({ Attributes: item(today, 10) }))
    })
    const client = new DynamoDBClient({ endpoint: server.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
    const store = dynamodbBudgetStore({ client, tableName: 'limits', now: () => Date.UTC(2029, 4, 9, 12) })
    await store.warmUp()
    await call(store)
    expect(server.requests.map(({ operation }) => operation)).toEqual(['GetItem', 'UpdateItem'])
    expect(await server.openConnections()).toBe(1)
    status = 400
    await expect(store.warmUp()).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })

  it('goes by the day that its first answer tells, not by that of a machine whose clock is a day ahead', async () => {
    const trueMs = Date.UTC(2029, 4, 9, 12)
    vi.useFakeTimers({ toFake: ['Date'], now: trueMs + 86_400_000 })
    await using server = await openScriptedDynamoDb((_, response) => {
      response.setHeader('date', new Date(trueMs).toUTCString())
      response.statusCode = 400
      const __type = 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException'
      response.end(JSON.stringify({ __type, message: 'The conditional request failed', Item: item(today, 100) }))
    })
    const client = new DynamoDBClient({ endpoint: server.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
    const decision = await call(dynamodbBudgetStore({ client, tableName: 'limits' }))
    expect(decision).toMatchObject({ allowed: false, standing: { day: today, dayNanoUsd: 100 } })
    expect(Math.abs(decision.timeMs - trueMs)).toBeLessThan(2_000)
    expect(server.requests).toHaveLength(1)
  })

  it('lets DynamoDB forget a subject a month after its month', async () => {
    const { store, clock, client, tableName } = await makeRig()
    await call(store)
    const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }))
    expect(Items).toHaveLength(1)
    const lastsDays = (Number(Items[0]?.expirationTimestamp?.N) - clock.now() / 1_000) / 86_400
    expect(lastsDays).toBeGreaterThan(31)
    expect(lastsDays).toBeLessThan(63)
    expect(Items[0]?.pk).toEqual({ S: 'budget#key:k' })
  })
})
