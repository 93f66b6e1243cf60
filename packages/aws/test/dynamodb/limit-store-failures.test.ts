import { dynamodbLimitStore } from '@modelgate/aws/dynamodb'
import type { LimitWindow } from '@modelgate/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { testCredentials } from '../support/dynamodb.ts'
import { openScriptedDynamoDb, sendFault } from '../support/scripted-dynamodb.ts'

const windows: readonly LimitWindow[] = [{ meter: 'requests', windowMs: 60_000, quota: 5 }]
const reservation = { subject: 'key:1', windows, tokens: 0 }

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', testCredentials.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', testCredentials.secretAccessKey)
})
afterEach(() => vi.unstubAllEnvs())

const storeAt = (endpoint: string, requestTimeoutMs?: number) =>
  dynamodbLimitStore({ endpoint, region: 'us-east-1', tableName: 'limits', requestTimeoutMs })

describe('the limit store where DynamoDB does not do as it should', () => {
  it.each([
    [400, 'ProvisionedThroughputExceededException'],
    [400, 'ThrottlingException'],
    [400, 'ResourceNotFoundException'],
    [500, 'InternalServerError'],
  ])('rejects after one request that is answered with %d %s', async (status, name) => {
    await using db = await openScriptedDynamoDb((_, response) => sendFault(response, status, name))
    const store = storeAt(db.endpoint)
    await expect(store.reserve(reservation, [])).rejects.toThrow(expect.objectContaining({ name }))
    expect(db.requests.map(({ operation }) => operation)).toEqual(['GetItem'])
    store.close()
  })

  it('says of a refusal to write one item that others can be written', async () => {
    await using db = await openScriptedDynamoDb((operation, response) => {
      if (operation === 'UpdateItem') sendFault(response, 400, 'ValidationException')
      else response.end('{}')
    })
    const store = storeAt(db.endpoint)
    await expect(store.reserve(reservation, [])).rejects.toMatchObject({ ofOneSubject: true })
    store.close()
  })

  it('rejects when no answer comes in time, and its sockets are closed then', async () => {
    await using db = await openScriptedDynamoDb(() => undefined)
    const store = storeAt(db.endpoint, 60)
    const began = performance.now()
    const calls = Array.from({ length: 5 }, () => store.reserve(reservation, []))
    const ends = await Promise.allSettled(calls)
    expect(ends.map(({ status }) => status)).toEqual(Array(5).fill('rejected'))
    // One waits for another at most.
    expect(performance.now() - began).toBeLessThan(1000)
    await vi.waitFor(async () => expect(await db.openConnections()).toBe(0))
    store.close()
  })

  it('rejects at once where nobody listens', async () => {
    const db = await openScriptedDynamoDb(() => undefined)
    await db[Symbol.asyncDispose]()
    const store = storeAt(db.endpoint)
    await expect(store.reserve(reservation, [])).rejects.toThrow(expect.objectContaining({ code: 'ECONNREFUSED' }))
    store.close()
  })

  it('gives up where other instances come in between at every try', async () => {
    await using db = await openScriptedDynamoDb((operation, response) => {
      if (operation === 'UpdateItem') sendFault(response, 400, 'ConditionalCheckFailedException')
      else response.end('{}')
    })
    const store = storeAt(db.endpoint)
    await expect(store.reserve(reservation, [])).rejects.toThrow(
      expect.objectContaining({ code: 'upstream_unavailable' }),
    )
    expect(db.requests.filter(({ operation }) => operation === 'UpdateItem')).toHaveLength(8)
    store.close()
  })

  it('goes on once DynamoDB does', async () => {
    let down = true
    await using db = await openScriptedDynamoDb((operation, response) => {
      if (down) sendFault(response, 500, 'InternalServerError')
      else if (operation === 'GetItem') response.end('{}')
      else response.end(JSON.stringify({ Attributes: { writes: { N: '1' } } }))
    })
    const store = storeAt(db.endpoint)
    await expect(store.reserve(reservation, [])).rejects.toThrow('Try later.')
    down = false
    expect(await store.reserve(reservation, [])).toMatchObject({ allowed: true })
    store.close()
  })

  it('takes the time from its answers, failed ones included', async () => {
    const storeMs = Date.now() + 3_600_000
    let first = true
    await using db = await openScriptedDynamoDb((operation, response) => {
      response.setHeader('date', new Date(storeMs).toUTCString())
      if (first) sendFault(response, 400, 'ThrottlingException')
      else if (operation === 'GetItem') response.end('{}')
      else response.end(JSON.stringify({ Attributes: { writes: { N: '1' } } }))
      first = false
    })
    const store = storeAt(db.endpoint)
    await expect(store.reserve(reservation, [])).rejects.toThrow('Try later.')
    await store.reserve(reservation, [])
    const { body } = db.requests.find(({ operation }) => operation === 'UpdateItem')!
    const newest = Number(/"newest":\{"N":"(\d+)"\}/.exec(body)?.[1])
    expect(Math.abs(newest - Math.floor(storeMs / 2500))).toBeLessThanOrEqual(1)
    store.close()
  })
})

describe('dynamodbLimitStore', () => {
  it('loads nothing and asks nothing before it is used', async () => {
    await using db = await openScriptedDynamoDb((_, response) => response.end('{}'))
    storeAt(db.endpoint).close()
    expect(db.requests).toEqual([])
  })

  it.each([-1, Number.NaN, Infinity])('refuses a clock skew of %d ms', maxClockSkewMs => {
    expect(() => dynamodbLimitStore({ tableName: 'limits', maxClockSkewMs })).toThrow(
      expect.objectContaining({ code: 'invalid_configuration' }),
    )
  })

  it('refuses an empty table name', () => {
    expect(() => dynamodbLimitStore({ tableName: '' })).toThrow(/tableName/)
  })
})
