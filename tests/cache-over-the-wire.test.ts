import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTables, dynamodbCacheStore, gatewayTables } from '@modelgate/aws/dynamodb'
import { bedrock } from '@modelgate/bedrock'
import { type CacheStore, type CallReport, createGateway } from '@modelgate/core'
import { toNodeHandler } from '@modelgate/core/node'
import { redisCacheStore } from '@modelgate/core/redis'
import { openai } from '@modelgate/openai'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import { Redis } from 'ioredis'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openTestDynamoDb } from '../packages/aws/test/support/dynamodb.ts'
import { describeWithRedis, startRedisServer } from '../packages/core/test/support/redis-server.ts'

const open = new AsyncDisposableStack()
let simulator: Simulator
beforeAll(async () => {
  simulator = open.use(await startSimulator())
})
beforeEach(() => simulator.reset())
afterAll(() => open.disposeAsync())

/** A gateway with both lanes behind `node:http`, whose callers say in their key which tenant they are. */
async function serve(store?: CacheStore, toolCalls = false) {
  const reports: CallReport[] = []
  const gateway = createGateway({
    providers: [
      openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey }),
      bedrock({ region: 'us-east-1', endpoint: simulator.url, credentials: simulator.credential }),
    ],
    routes: {
      openai: { targets: ['openai/gpt-4o'], cache: true },
      bedrock: { targets: ['bedrock/anthropic.claude-3-5-haiku-20241022-v1:0'], cache: true },
      embed: { targets: ['openai/text-embedding-3-small'], cache: true },
      failing: { targets: ['openai/gpt-4o', 'bedrock/amazon.nova-lite-v1:0'], cache: true },
    },
    cache: { store, toolCalls, storeTimeoutMs: 5_000 },
    auth: ({ headers }) => ({ tenant: headers.authorization ?? '' }),
    callerCredentials: 'with-key',
    retry: { enabled: false },
    circuitBreaker: { enabled: false },
    onReport: report => reports.push(report),
  })
  const server = http.createServer(toNodeHandler(gateway)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await gateway.close({ graceMs: 0 })
  }
  open.defer(close)
  async function post(body: object, { tenant = 'acme', path = 'chat/completions', headers = {} }: Sent = {}) {
    const response = await fetch(`${baseURL}/${path}`, {
      method: 'POST',
      headers: { authorization: tenant, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    return { response, cache: response.headers.get('x-modelgate-cache'), text: await response.text() }
  }
  return { post, reports, baseURL, close }
}

interface Sent {
  readonly tenant?: string
  readonly path?: string
  readonly headers?: Record<string, string>
}

const saying = (content: string, rest: object = {}) => ({
  model: 'openai',
  messages: [{ role: 'user' as const, content }],
  ...rest,
})
const asked = (): number => simulator.requests().length

describe.each(['openai', 'bedrock'])('over the lane of %s', model => {
  it('a stream is given again byte by byte, and as a completion, which is what the stream put together is', async () => {
    const { post, baseURL } = await serve()
    const body = saying('Count to 30', { model, stream: true })
    const [miss, hit] = [await post(body), await post(body)]
    expect([miss.cache, hit.cache]).toEqual(['miss', 'hit'])
    expect(hit.text).toBe(miss.text)
    expect(hit.text.endsWith('data: [DONE]\n\n')).toBe(true)
    const client = new OpenAI({ baseURL, apiKey: 'x', defaultHeaders: { authorization: 'acme' } })
    const request = saying('Count to 30', { model })
    const whole = await client.chat.completions.create(request)
    const stream = client.chat.completions.stream({ ...request, stream_options: { include_usage: true } })
    const put = await stream.finalChatCompletion()
    expect(whole.choices[0]?.message.content).toBe(put.choices[0]?.message.content)
    expect(whole.usage?.total_tokens).toBeGreaterThan(0)
    expect(put.usage?.total_tokens).toBe(whole.usage?.total_tokens)
    expect(asked()).toBe(1)
  })

  it('a completion is given again byte by byte, and as a stream', async () => {
    const { post } = await serve()
    const body = saying('Say exactly: once', { model })
    const [miss, hit] = [await post(body), await post(body)]
    expect(hit.text).toBe(miss.text)
    const streamed = await post({ ...body, stream: true })
    expect([miss.cache, hit.cache, streamed.cache]).toEqual(['miss', 'hit', 'hit'])
    expect(streamed.response.headers.get('content-type')).toContain('text/event-stream')
    expect(streamed.text).toContain('"content":"once"')
    expect(streamed.text).not.toContain('"total_tokens"')
    expect(asked()).toBe(1)
  })

  it('a hundred callers with one question cost one upstream call', async () => {
    simulator.setFaults([{ match: {}, fault: { kind: 'delay', ms: 300 } }])
    const { post, reports } = await serve()
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, at) => post(saying('Say exactly: once', { model, stream: at % 3 === 0 }))),
    )
    expect(asked()).toBe(1)
    expect(answers.every(({ response, text }) => response.status === 200 && text.includes('once'))).toBe(true)
    await vi.waitFor(() => expect(reports).toHaveLength(100))
    expect(reports.filter(({ costUsd }) => costUsd !== 0)).toHaveLength(1)
    expect(reports.filter(({ cache }) => cache === 'hit')).toHaveLength(99)
  })

  it('a caller who leaves takes nothing from who asks the same, and the last one to leave ends the upstream call', async () => {
    const { baseURL, reports } = await serve()
    const client = new OpenAI({ baseURL, apiKey: 'x', maxRetries: 0, defaultHeaders: { authorization: 'acme' } })
    const begin = async (length: number) => {
      const stream = await client.chat.completions.create({ ...saying(`Count to ${length}`, { model }), stream: true })
      const chunks = stream[Symbol.asyncIterator]()
      await chunks.next()
      return { stream, chunks }
    }
    const [first, second] = [await begin(500), await begin(500)]
    first.stream.controller.abort()
    let frames = 1
    for (let step = await second.chunks.next(); !step.done; step = await second.chunks.next()) frames += 1
    expect(frames).toBeGreaterThan(500)
    expect(asked()).toBe(1)
    simulator.setFaults([{ match: {}, fault: { kind: 'stall', afterFrames: 6 } }])
    const [third, fourth] = [await begin(400), await begin(400)]
    third.stream.controller.abort()
    fourth.stream.controller.abort()
    await simulator.waitFor(request => request.outcome === 'closed-by-client')
    expect(asked()).toBe(2)
    await vi.waitFor(() => expect(reports).toHaveLength(4))
  })
})

it.each(['crlf', 'multi-line', 'byte-by-byte'] as const)(
  'A stream whose upstream writes events as %s is kept, too',
  async kind => {
    simulator.setFaults([{ match: {}, fault: { kind } }])
    const { post } = await serve()
    const body = saying('Count to 5')
    const texts = []
    for (const stream of [true, true, false]) texts.push(await post({ ...body, stream }))
    expect(texts.map(({ cache }) => cache)).toEqual(['miss', 'hit', 'hit'])
    const [first, again] = texts.map(({ text }) =>
      [...text.matchAll(/"content":"([^"]*)"/g)].map(([, piece]) => piece).join(''),
    )
    expect(again).toBe(first)
    expect(asked()).toBe(1)
  },
)

describe('what is not kept', () => {
  const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } }]

  it.each([
    ['an answer that was cut', saying('Count to 30', { max_tokens: 3 })],
    ['a tool call', saying('weather', { tools })],
    ['a streamed tool call', saying('weather', { tools, stream: true })],
  ])('%s', async (_, body) => {
    const { post } = await serve()
    expect([(await post(body)).cache, (await post(body)).cache]).toEqual(['miss', 'miss'])
    expect(asked()).toBe(2)
  })

  it('an answer that broke off, or an error', async () => {
    const { post } = await serve()
    const body = saying('Count to 30', { stream: true })
    simulator.setFaults([{ match: { times: 1 }, fault: { kind: 'reset', afterFrames: 6 } }])
    expect((await post(body)).text).toContain('stream_interrupted')
    simulator.setFaults([{ match: { times: 1 }, fault: { kind: 'status', status: 400 } }])
    expect((await post(body)).response.status).toBe(400)
    expect((await post(body)).cache).toBe('miss')
    expect((await post(body)).cache).toBe('hit')
    expect(asked()).toBe(3)
  })

  it('what callers pay themselves', async () => {
    const { post } = await serve()
    const { accessKeyId, secretAccessKey } = simulator.credential
    const headers = {
      'x-provider': 'bedrock',
      'x-aws-access-key-id': accessKeyId,
      'x-aws-secret-access-key': secretAccessKey,
    }
    const body = saying('Say exactly: mine', { model: 'bedrock' })
    for (let time = 0; time < 2; time += 1) expect((await post(body, { headers })).cache).toBe('bypass')
    expect((await post(body, { headers: { 'x-provider': 'bedrock' } })).cache).toBe('miss')
    expect(asked()).toBe(3)
  })

  it('but tool calls are where they are wanted, as each asks for them', async () => {
    const { post } = await serve(undefined, true)
    const body = saying('weather', { tools })
    const miss = await post(body)
    expect((await post(body)).text).toBe(miss.text)
    const streamed = await post({ ...body, stream: true })
    expect([streamed.cache, streamed.text.includes('"finish_reason":"tool_calls"')]).toEqual(['hit', true])
    expect(asked()).toBe(1)
  })
})

it('Embeddings are kept, too, by what is asked for', async () => {
  const { post } = await serve()
  const ask = (rest: object = {}) => post({ model: 'embed', input: ['a', 'b'], ...rest }, { path: 'embeddings' })
  const [miss, hit] = [await ask(), await ask()]
  expect([miss.cache, hit.cache]).toEqual(['miss', 'hit'])
  expect(hit.text).toBe(miss.text)
  expect(hit.response.headers.get('x-modelgate-cost-usd')).toBe('0')
  expect((await ask({ encoding_format: 'base64' })).cache).toBe('miss')
  expect((await ask({ input: ['b', 'a'] })).cache).toBe('miss')
})

it('A hit names the target that answered, when it was another than the first', async () => {
  simulator.setFaults([{ match: { model: 'gpt-4o' }, fault: { kind: 'status', status: 503 } }])
  const { post } = await serve()
  const body = saying('Say exactly: other', { model: 'failing' })
  await post(body)
  simulator.reset()
  const { response, cache } = await post(body)
  expect(cache).toBe('hit')
  expect(response.headers.get('x-modelgate-provider')).toBe('bedrock')
  expect(response.headers.get('x-modelgate-model')).toBe('amazon.nova-lite-v1:0')
  expect(asked()).toBe(0)
})

/** Two instances on one store; the first is gone before the second is asked. */
async function shares(one: CacheStore, other: CacheStore): Promise<void> {
  const [first, second] = [await serve(one), await serve(other)]
  const bodies = [saying('Count to 50', { stream: true }), saying('Say exactly: shared')]
  const misses = []
  for (const body of bodies) misses.push((await first.post(body)).text)
  await first.close()
  for (const [at, body] of bodies.entries()) {
    const { cache, text } = await second.post(body)
    expect([cache, text]).toEqual(['hit', misses[at]])
    expect((await second.post(body, { tenant: 'other' })).cache).toBe('miss')
  }
  expect(asked()).toBe(4)
}

describeWithRedis('over Redis', () => {
  it('one instance gives what another was answered', async () => {
    await using server = await startRedisServer()
    const clients = [new Redis(server.port, '127.0.0.1'), new Redis(server.port, '127.0.0.1')] as const
    await shares(redisCacheStore({ client: clients[0] }), redisCacheStore({ client: clients[1] }))
    for (const client of clients) client.disconnect()
  })
})

it('Over DynamoDB, one instance gives what another was answered', async () => {
  await using db = await openTestDynamoDb()
  const { cache } = gatewayTables('wire')
  await createTables({ client: db.client, tables: [cache], pollMs: 1 })
  const make = () => dynamodbCacheStore({ client: db.client, tableName: cache.tableName })
  await shares(make(), make())
})
