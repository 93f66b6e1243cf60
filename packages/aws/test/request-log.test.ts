import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { dynamodbRequestLog } from '@modelgate/aws/dynamodb'
import { toLambdaStreamHandler } from '@modelgate/aws/lambda'
import { functionUrlEvent } from '@modelgate/aws/lambda/testing'
import { createGateway, type RequestRecord } from '@modelgate/core'
import { scriptedProvider, testRecord } from '@modelgate/core/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { chatRequest } from './chat-request.ts'
import { openTestDynamoDb, type TestDynamoDb } from './support/dynamodb.ts'

let db: TestDynamoDb
beforeAll(async () => {
  db = await openTestDynamoDb()
})
afterAll(() => db[Symbol.asyncDispose]())
afterEach(() => {
  vi.restoreAllMocks()
})

const timestamp = new Date(Math.floor(Date.now() / 1_000) * 1_000).toISOString()
const record = (requestId: string, fields: Partial<RequestRecord> = {}): RequestRecord =>
  testRecord(requestId, { timestamp, ...fields })

function openLog(options: Partial<Parameters<typeof dynamodbRequestLog>[0]> = {}) {
  const lost = vi.fn()
  const tableName = db.tables.requestAnalytics.tableName
  return { lost, ...logOf({ client: db.client, tableName, onLost: lost, ...options }) }
}

function logOf(options: Parameters<typeof dynamodbRequestLog>[0]) {
  const log = dynamodbRequestLog(options)
  return {
    log,
    /** The newest record with that id. */
    get: async (requestId: string): Promise<RequestRecord | undefined> => (await log.get(requestId)).records[0],
    keep: async (...records: readonly RequestRecord[]): Promise<void> => {
      for (const each of records) log.write(each)
      await log.flush({ timeoutMs: 10_000 })
    },
  }
}

/** Every request that the client sends, by its command's name and input. */
function requestsOf(client: DynamoDBClient) {
  const sent: { readonly name: string; readonly input: Record<string, unknown> }[] = []
  const send = client.send.bind(client)
  vi.spyOn(client, 'send').mockImplementation((command: object, ...rest: unknown[]) => {
    sent.push({ name: command.constructor.name, input: Reflect.get(command, 'input') })
    return Reflect.apply(send, client, [command, ...rest])
  })
  return sent
}

describe('the request log in DynamoDB', () => {
  it('gives back a record as it was written, with its expiry', async () => {
    const { get, keep } = openLog({ retentionDays: 7 })
    const whole = record('whole', {
      userId: 'ann',
      tenant: 'acme',
      keyId: 'key-1',
      tier: 'free',
      route: '',
      model: 'nova',
      status: 'failed',
      errorCode: 'upstream_unavailable',
      stream: true,
      tokens: 0,
      promptTokens: 3,
      cost: 0.000_003_5,
      firstFrameMs: 12,
      attempts: [{ target: 'a/b', code: '200', durationMs: 1, cost: null }],
      droppedParams: ['seed'],
      tags: { team: '', 'naïve 🙂': 'x' },
      prompt: 'Grüße 🙂',
    })
    await keep(whole)
    const expirationTimestamp = Date.parse(timestamp) / 1_000 + 7 * 86_400
    expect(await get('whole')).toEqual({ ...whole, expirationTimestamp })
  })

  it('expires after thirty days unless told; what has expired is not there, deleted or not', async () => {
    const { log, get, keep } = openLog()
    await keep(record('new'), record('old', { timestamp: '2020-01-01T00:00:00.000Z', userId: 'past' }))
    expect((await get('new'))?.expirationTimestamp).toBe(Date.parse(timestamp) / 1_000 + 30 * 86_400)
    expect(await get('old')).toBeUndefined()
    expect((await log.byUser({ userId: 'past' })).records).toEqual([])
    expect(await get('never written')).toBeUndefined()
  })

  it('writes 25 at a time', async () => {
    const sent = requestsOf(db.client)
    const { get, keep } = openLog()
    await keep(...Array.from({ length: 60 }, (_, at) => record(`batch-${at}`)))
    const sizes = sent.map(({ input }) => Object.values(input.RequestItems as Record<string, unknown[]>)[0]?.length)
    expect(sizes).toEqual([25, 25, 10])
    expect(await get('batch-59')).toBeDefined()
  })

  it('keeps every call with one id, whoever chose it, also within one millisecond', async () => {
    const { log, keep, lost } = openLog()
    const later = new Date(Date.parse(timestamp) + 1).toISOString()
    const own = record('chosen', { tenant: 'acme', cost: 1 })
    await keep(own, record('beside'), record('chosen', { tenant: 'globex' }))
    await keep(record('chosen', { tenant: 'mallory' }), record('chosen', { tenant: 'globex', timestamp: later }), own)
    const { records } = await log.get('chosen')
    expect(records[0]).toMatchObject({ tenant: 'globex', timestamp: later })
    expect(records.map(({ tenant }) => String(tenant)).sort()).toEqual(['acme', 'globex', 'globex', 'mallory'])
    const first = await log.get('chosen', { limit: 3 })
    const rest = await log.get('chosen', { limit: 3, cursor: first.next })
    expect([first.records.length, rest.records.length]).toEqual([3, 1])
    expect((await log.get('beside')).records).toHaveLength(1)
    expect(lost).not.toHaveBeenCalled()
  })

  it('keeps a record once that is written twice, as after an answer that was lost', async () => {
    const { log, keep } = openLog()
    const own = record('again', { prompt: 'x'.repeat(500_000) })
    await keep(own, own)
    await keep(own)
    expect((await log.get('again')).records).toHaveLength(1)
  })

  it('tries again what DynamoDB had no room for, and nothing else', async () => {
    const send = db.client.send.bind(db.client)
    let turnedAway = 0
    vi.spyOn(db.client, 'send').mockImplementation(async (command: object, ...rest: unknown[]) => {
      const input = Reflect.get(command, 'input') as { RequestItems?: Record<string, unknown[]> }
      const [[table, requests] = ['', []]] = Object.entries(input.RequestItems ?? {})
      if (turnedAway > 0 || requests.length < 2) return Reflect.apply(send, db.client, [command, ...rest])
      turnedAway = requests.length - 1
      input.RequestItems = { [table]: requests.slice(0, 1) }
      await Reflect.apply(send, db.client, [command, ...rest])
      return { UnprocessedItems: { [table]: requests.slice(1) } }
    })
    const { log, get, keep, lost } = openLog()
    await keep(record('room-1'), record('room-2'), record('room-3'))
    expect(turnedAway).toBe(2)
    for (const id of ['room-1', 'room-2', 'room-3']) expect(await get(id)).toBeDefined()
    expect([log.lost, lost.mock.calls]).toEqual([0, []])
  })

  it.each<[string, Partial<RequestRecord>]>([
    ['an anonymous call', { userId: null }],
    ['an empty user', { userId: '' }],
    ['a user longer than a key may be', { userId: 'ü'.repeat(3_000) }],
    ['numbers that are none', { cost: Number.NaN, latency: Number.POSITIVE_INFINITY, firstFrameMs: 1e300 }],
    ['a cost too small to be told', { cost: 5e-324 }],
    ['a tag without a name', { tags: { '': 'x' } }],
    ['half a character', { prompt: '\ud800' }],
  ])('takes %s beside others', async (name, fields) => {
    const { get, keep, lost } = openLog({ maxTries: 1 })
    await keep(record(`odd ${name}`, fields), record(`beside ${name}`))
    expect(lost).not.toHaveBeenCalled()
    expect(await get(`odd ${name}`)).toBeDefined()
    expect(await get(`beside ${name}`)).toBeDefined()
  })

  // DynamoDB refuses a whole batch for one such key; its stand-in here does not look.
  it.each([
    [null, undefined],
    ['', undefined],
    ['ü'.repeat(3_000), 'ü'.repeat(512)],
    [`x${'🙂'.repeat(300)}`, `x${'🙂'.repeat(255)}\uFFFD`],
  ])('has a key in the index that DynamoDB takes, or none', async (userId, indexed) => {
    const sent = requestsOf(db.client)
    await openLog().keep(record('keyed', { userId }))
    type Put = { readonly PutRequest: { readonly Item: Record<string, AttributeValue> } }
    const [puts] = Object.values(sent[0]?.input.RequestItems as Record<string, Put[]>)
    expect(puts?.[0]?.PutRequest.Item.userId?.S).toBe(indexed)
  })

  it.each([
    ['prompt', { prompt: 'ü'.repeat(300_000) }],
    ['completion', { completion: '\u0001'.repeat(90_000), prompt: 'short' }],
    ['tags', { tags: { big: 'x'.repeat(500_000) } }],
    ['droppedParams', { droppedParams: Array.from({ length: 50_000 }, () => 'parameter') }],
    ['responseModel', { responseModel: 'm'.repeat(500_000) }],
    ['attempts', { attempts: [{ target: 't'.repeat(500_000), code: '200', durationMs: 1, cost: 1 }] }],
  ])('shortens a %s that no item can hold, and says so', async (name, fields) => {
    const { get, keep, lost } = openLog({ maxTries: 1 })
    await keep(record(`large ${name}`, fields), record(`beside ${name}`))
    expect(lost).not.toHaveBeenCalled()
    expect(await get(`large ${name}`)).toMatchObject({ requestId: `large ${name}`, shortened: [name] })
    expect(await get(`beside ${name}`)).toBeDefined()
  })

  it('keeps a prompt of 300 KB whole', async () => {
    const { get, keep } = openLog()
    const prompt = 'x'.repeat(300_000)
    await keep(record('fits', { prompt }))
    const kept = await get('fits')
    expect([kept?.prompt === prompt, kept?.shortened]).toEqual([true, undefined])
  })

  it('counts as lost what its table does not take, and names why', async () => {
    const { keep, lost } = openLog({ tableName: 'no-such-table', maxTries: 1 })
    await keep(record('a'), record('b'))
    expect(lost).toHaveBeenCalledWith({
      records: 2,
      cause: expect.objectContaining({ name: 'ResourceNotFoundException' }),
    })
  })

  it('imports and opens nothing before its first record', () => {
    const sent = requestsOf(db.client)
    openLog()
    expect(sent).toEqual([])
  })

  it.each([0, -1, Number.NaN, 40_000])('refuses a retention of %s days', retentionDays => {
    expect(() => openLog({ retentionDays })).toThrow('`retentionDays` must be a number of days')
  })
})

describe('a user’s calls', () => {
  const at = (minute: number): string => new Date(Date.parse(timestamp) - minute * 60_000).toISOString()

  it('come newest first, a page at a time, and nobody else’s with them', async () => {
    const { log, keep } = openLog()
    const own = Array.from({ length: 5 }, (_, minute) =>
      record(`own-${minute}`, { userId: 'bob', timestamp: at(minute) }),
    )
    await keep(...own, record('other', { userId: 'bobby', timestamp: at(1) }))
    const ids: string[] = []
    let cursor: string | undefined
    let pages = 0
    do {
      const page = await log.byUser({ userId: 'bob', limit: 2, cursor })
      ids.push(...page.records.map(({ requestId }) => requestId))
      cursor = page.next
      pages += 1
    } while (cursor !== undefined && pages < 10)
    expect(ids).toEqual(['own-0', 'own-1', 'own-2', 'own-3', 'own-4'])
  })

  it('come from a time to a time, both inclusive and in any zone', async () => {
    const { log, keep } = openLog()
    await keep(...[0, 1, 2, 3].map(minute => record(`time-${minute}`, { userId: 'cyd', timestamp: at(minute) })))
    const from = at(2).replace('Z', '+00:00')
    const { records } = await log.byUser({ userId: 'cyd', from, to: at(1) })
    expect(records.map(({ requestId }) => requestId)).toEqual(['time-1', 'time-2'])
  })

  it.each([
    [{ limit: 0 }, '`limit` must be a whole number from 1 to 1000, got 0.'],
    [{ from: 'yesterday' }, "`from` must be a time such as 2026-01-31T12:00:00Z, got 'yesterday'."],
    [{ cursor: '%' }, '`cursor` must be the `next` of the page before.'],
    [{ cursor: Buffer.from('{}').toString('base64url') }, '`cursor` must be the `next` of the page before.'],
    [
      { cursor: Buffer.from('[["other","key"]]').toString('base64url') },
      '`cursor` must be the `next` of the page before.',
    ],
  ])('are not asked for with %j', async (query, message) => {
    const { log } = openLog()
    await expect(log.byUser({ userId: 'ann', ...query })).rejects.toMatchObject({ code: 'invalid_request', message })
  })
})

it('of a buffered Lambda is in the table when the answer is there', async () => {
  const { log, get } = openLog()
  const gateway = createGateway({ providers: [scriptedProvider('scripted', ['Hello'])], auth: 'none', requestLog: log })
  const handler = toLambdaStreamHandler(gateway) as (event: unknown, context: object) => Promise<unknown>
  const invoke = (awsRequestId: string) =>
    handler(functionUrlEvent(chatRequest({ stream: false })), { awsRequestId, getRemainingTimeInMillis: () => 30_000 })
  await invoke('lambda-1')
  // The first connection may take longer than the flush does; then the record comes with the second invocation.
  await invoke('lambda-2')
  await log.flush()
  expect(await get('lambda-1')).toMatchObject({ status: 'completed', route: 'scripted-1', tokens: 5 })
})

it('goes on by itself when DynamoDB is back', async () => {
  const dead = new DynamoDBClient({
    endpoint: 'http://127.0.0.1:9',
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  })
  const { log, get, lost } = openLog({ client: dead, lingerMs: 0 })
  log.write(record('outage'))
  await log.flush({ timeoutMs: 50 })
  expect([log.pending, log.lost]).toEqual([1, 0])
  const send = db.client.send.bind(db.client)
  vi.spyOn(dead, 'send').mockImplementation((command: object, ...rest: unknown[]) =>
    Reflect.apply(send, db.client, [command, ...rest]),
  )
  await log.flush({ timeoutMs: 10_000 })
  expect(await get('outage')).toBeDefined()
  expect(lost).not.toHaveBeenCalled()
  dead.destroy()
})
