import { createTables, dynamodbCacheStore, gatewayTables } from '@modelgate/aws/dynamodb'
import type { CacheStore } from '@modelgate/core'
import { redisCacheStore } from '@modelgate/core/redis'
import { Redis } from 'ioredis'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { describeWithRedis, startRedisServer } from '../packages/core/test/support/redis-server.ts'
import { dynamodbClient } from './limits/dynamodb-client.ts'
import { startDynalite } from './limits/servers.ts'
import { type Lane, lanes, type Mode, spoken } from './setup/fault-rig.ts'
import { type Heard, type KeyedRequest, openInstance, slowSimulator } from './setup/idempotency-rig.ts'
import { readAnswer } from './setup/read-answer.ts'

const cases = (Object.keys(lanes) as Lane[]).flatMap(lane =>
  (['completion', 'stream'] as const).map((mode: Mode) => ({ lane, mode })),
)

const whole = { seen: 'whole', content: spoken, finishReason: 'stop' }
const isRepeat = ({ headers }: Heard): boolean => headers['x-modelgate-idempotent-replay'] === 'true'

/** A client that hangs up in the middle, and asks again with its key: at the same instance, or at another one. */
async function dropAndRepeat(request: KeyedRequest, stores: readonly [CacheStore | undefined, CacheStore | undefined]) {
  await using simulator = await slowSimulator()
  if (request.mode === 'completion') simulator.setFaults([{ fault: { kind: 'delay', ms: 150 }, match: { times: 1 } }])
  await using here = await openInstance(simulator, stores[0])
  const isSame = stores[0] === stores[1]
  await using other = isSame ? undefined : await openInstance(simulator, stores[1])
  const there = other ?? here
  const dropped = await here.askAndDrop(request)
  const repeats = [await there.ask(request), await there.ask(request)]
  for (const repeat of repeats) {
    expect(readAnswer(repeat)).toEqual(whole)
    expect(isRepeat(repeat)).toBe(true)
    expect(repeat.text).toBe(repeats[0]?.text)
    expect(repeat.text.startsWith(dropped.text)).toBe(true)
  }
  await simulator.settled()
  expect(simulator.requests().map(({ outcome }) => outcome)).toEqual(['sent'])
  await vi.waitFor(() => expect(here.reports.length + (other?.reports.length ?? 0)).toBe(3))
  const reports = [...here.reports, ...(other?.reports ?? [])]
  const paid = reports.filter(({ idempotentReplay }) => !idempotentReplay)
  expect(paid).toMatchObject([{ status: 'completed', attempts: [{ code: '200' }] }])
  expect(paid[0]?.costUsd).toBeGreaterThan(0)
  for (const { idempotentReplay, costUsd, usage } of reports) {
    if (idempotentReplay) expect([costUsd, usage]).toEqual([0, undefined])
  }
}

describe('a client whose connection dropped and who repeats its key gets the same answer of one upstream call', () => {
  it.each(cases)('from the same instance: $lane, $mode', ({ lane, mode }) =>
    dropAndRepeat({ lane, mode, key: 'k' }, [undefined, undefined]),
  )

  describe('from another instance over DynamoDB', () => {
    let dynalite: Awaited<ReturnType<typeof startDynalite>>
    let client: ReturnType<typeof dynamodbClient>
    const { cache } = gatewayTables('test')
    beforeAll(async () => {
      dynalite = await startDynalite()
      client = dynamodbClient(dynalite.endpoint)
      await createTables({ client, tables: [cache], pollMs: 2 })
    })
    afterAll(async () => {
      client.destroy()
      await dynalite[Symbol.asyncDispose]()
    })

    it.each(cases)('$lane, $mode', async ({ lane, mode }) => {
      const store = () => dynamodbCacheStore({ client, tableName: cache.tableName })
      await dropAndRepeat({ lane, mode, key: `${lane}-${mode}` }, [store(), store()])
    })
  })

  describeWithRedis('from another instance over Redis', () => {
    let server: Awaited<ReturnType<typeof startRedisServer>>
    let clients: Redis[]
    beforeAll(async () => {
      server = await startRedisServer()
      clients = [new Redis(server.url), new Redis(server.url)]
    })
    afterAll(async () => {
      for (const client of clients) client.disconnect()
      await server[Symbol.asyncDispose]()
    })

    it.each(cases)('$lane, $mode', async ({ lane, mode }) => {
      const [here, there] = clients.map(client => redisCacheStore({ client }))
      await dropAndRepeat({ lane, mode, key: `${lane}-${mode}` }, [here, there])
    })
  })
})

describe("OpenAI's client", () => {
  /** As that of an SDK made from the same generator, which sends a key of its own with every POST. */
  class KeyedOpenAI extends OpenAI {
    protected override idempotencyHeader = 'Idempotency-Key'
  }

  it('sends its key again when it retries by itself, and is answered once', async () => {
    await using simulator = await slowSimulator()
    simulator.setFaults([{ fault: { kind: 'delay', ms: 150 }, match: { times: 1 } }])
    await using instance = await openInstance(simulator)
    const keys: (string | null)[] = []
    const answers: Response[] = []
    const droppingOnce: typeof fetch = async (input, init) => {
      keys.push(new Headers(init?.headers).get('idempotency-key'))
      const leaving = new AbortController()
      const answered = fetch(input, { ...init, signal: leaving.signal })
      if (keys.length > 1) {
        answers.push(await answered)
        return answers[0]!
      }
      answered.catch(() => undefined)
      await simulator.waitFor(({ outcome }) => outcome === 'open')
      leaving.abort()
      throw new TypeError('The connection dropped.')
    }
    const client = new KeyedOpenAI({ baseURL: `${instance.url}/v1`, apiKey: 'sk-1', fetch: droppingOnce })
    const messages = [{ role: 'user' as const, content: `Say exactly: ${spoken}` }]
    const completion = await client.chat.completions.create({ model: lanes.OpenAI, messages })
    expect(completion.choices[0]?.message.content).toBe(spoken)
    expect(new Set(keys).size).toBe(1)
    expect(keys[0]).toMatch(/^stainless-node-retry-/)
    expect(answers[0]?.headers.get('x-modelgate-idempotent-replay')).toBe('true')
    expect(simulator.requests()).toHaveLength(1)
  })

  it('sends none unless it is told to', async () => {
    await using simulator = await slowSimulator()
    const seen: (string | null)[] = []
    const noting: typeof fetch = (input, init) => {
      seen.push(new Headers(init?.headers).get('idempotency-key'))
      return fetch(input, init)
    }
    const client = new OpenAI({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey, fetch: noting })
    const ask = { model: lanes.OpenAI, messages: [{ role: 'user' as const, content: 'hi' }] }
    await client.chat.completions.create(ask)
    await client.chat.completions.create(ask, { idempotencyKey: 'mine' })
    await client.chat.completions.create(ask, { headers: { 'Idempotency-Key': 'mine' } })
    expect(seen).toEqual([null, null, 'mine'])
  })
})
