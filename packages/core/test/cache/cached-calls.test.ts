import { describe, expect, it, vi } from 'vitest'
import type { CacheStore } from '../../src/cache/cache-store.ts'
import { memoryCacheStore } from '../../src/cache/memory-cache-store.ts'
import type { CallReport } from '../../src/call-report.ts'
import { forChat } from '../../src/compose.ts'
import type { ChatMiddleware } from '../../src/contract.ts'
import { createGateway } from '../../src/create-gateway.ts'
import { GatewayError } from '../../src/errors.ts'
import type { GatewayOptions } from '../../src/gateway-options.ts'
import { metricsSince } from '../../src/telemetry/metrics/metrics-since.ts'
import type { MetricsSnapshot } from '../../src/telemetry/metrics/metrics-snapshot.ts'
import { prometheusText } from '../../src/telemetry/metrics/prometheus-text.ts'
import { sumCalls } from '../../src/telemetry/metrics/sum-calls.ts'
import type { RequestRecord } from '../../src/telemetry/request-log.ts'
import { manualClock, type ScriptStep, scriptedProvider } from '../../src/testing/index.ts'

const down = new GatewayError('upstream_unavailable', 'It is down.')

const hello = [{ role: 'user' as const, content: 'Hello' }]

interface Asked {
  readonly headers?: Record<string, string>
  readonly tenant?: string
  readonly body?: Readonly<Record<string, unknown>>
}

/** A gateway whose `us` answers by the script and whose `eu` says `from eu`. */
function rig(options: Partial<GatewayOptions> = {}, script: readonly (readonly ScriptStep[])[] = [['one'], ['two']]) {
  const us = scriptedProvider('us', ...script)
  const eu = scriptedProvider('eu', ['from eu'])
  const reports: CallReport[] = []
  const errors: unknown[] = []
  const gateway = createGateway({
    providers: [us, eu],
    routes: {
      fast: { targets: ['us/us-1', 'eu/eu-1'], cache: true },
      plain: { targets: ['us/us-1'] },
      never: { targets: ['us/us-1'], cache: false },
    },
    auth: ({ headers }) => ({ tenant: headers['x-tenant'] ?? 'acme' }),
    exposeModels: 'all',
    retry: { enabled: false },
    onReport: report => reports.push(report),
    onError: error => errors.push(error),
    ...options,
  })
  async function post({ headers = {}, tenant = 'acme', body = {} }: Asked = {}) {
    const response = await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-tenant': tenant, ...headers },
      body: JSON.stringify({ model: 'fast', messages: hello, ...body }),
    })
    const text = await response.text()
    return {
      status: response.status,
      text,
      cache: response.headers.get('x-modelgate-cache'),
      header: (name: string) => response.headers.get(name),
      says: () => (JSON.parse(text) as { choices: { message: { content: string } }[] }).choices[0]?.message.content,
    }
  }
  const asked = (): number => us.calls.length + eu.calls.length
  return { gateway, post, us, eu, reports, errors, asked }
}

describe('a route whose answers are kept', () => {
  it('is asked upstream once, and says what was answered before, by whom, since when and at no cost', async () => {
    const { post, reports, asked } = rig()
    const miss = await post()
    const hit = await post()
    expect([miss.cache, hit.cache, asked()]).toEqual(['miss', 'hit', 1])
    expect(hit.text).toBe(miss.text)
    expect(miss.header('age')).toBeNull()
    const named = ['age', 'x-modelgate-provider', 'x-modelgate-model', 'x-modelgate-route', 'x-modelgate-cost-usd']
    expect(named.map(hit.header)).toEqual(['0', 'us', 'us-1', 'fast', '0'])
    expect(hit.header('x-modelgate-attempts')).toBeNull()
    expect(reports).toMatchObject([
      { cache: 'miss', attempts: [{ target: 'us/us-1' }], usage: { total_tokens: 5 } },
      {
        cache: 'hit',
        attempts: [],
        costUsd: 0,
        route: 'fast',
        target: 'us/us-1',
        provider: 'us',
        finishReason: 'stop',
      },
    ])
    expect(reports[0]?.costUsd).toBeGreaterThan(0)
    expect(reports[1]?.usage).toBeUndefined()
  })

  it('gives an answer as each asks for it: a stream that was kept whole, and what was whole as a stream', async () => {
    for (const first of [true, false]) {
      const { gateway, asked } = rig()
      const request = { model: 'fast', messages: hello }
      const asStream = async () => (await gateway.stream(request).completion()).choices
      const asWhole = async () => (await gateway.chat(request)).choices
      const answers = first ? [await asStream(), await asWhole()] : [await asWhole(), await asStream()]
      expect(answers[0]).toEqual(answers[1])
      expect(await asStream()).toEqual(answers[0])
      expect(asked()).toBe(1)
    }
  })

  it('tells usage at the end of a stream to those who ask for it, whoever asked first', async () => {
    const wanting = { stream: true, stream_options: { include_usage: true } }
    for (const [first, later] of [
      [wanting, { stream: true }],
      [{ stream: true }, wanting],
      [{ stream: false }, wanting],
    ]) {
      const { post, asked } = rig()
      await post({ body: first! })
      const { text, cache } = await post({ body: later! })
      expect(cache).toBe('hit')
      expect(text.includes('"total_tokens":5')).toBe(later === wanting)
      expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
      expect(asked()).toBe(1)
    }
  })

  it('gives a kept stream again byte by byte', async () => {
    const { post } = rig({}, [['He', 'llo', ' wörld \u{1f30d}']])
    const body = { stream: true }
    const [miss, hit, again] = [await post({ body }), await post({ body }), await post({ body })]
    expect([miss.cache, hit.cache, again.cache]).toEqual(['miss', 'hit', 'hit'])
    expect(hit.text).toBe(miss.text)
    expect(again.text).toBe(miss.text)
  })

  it('keeps tenants apart, and those without one', async () => {
    const { post, gateway, asked } = rig({}, [['of acme'], ['of other'], ['of the host']])
    expect([(await post()).says(), (await post({ tenant: 'other' })).says(), (await post()).says()]).toEqual([
      'of acme',
      'of other',
      'of acme',
    ])
    const hosts = await gateway.chat({ model: 'fast', messages: hello })
    expect(hosts.choices[0]?.message.content).toBe('of the host')
    expect(asked()).toBe(3)
  })

  it('asks once for a hundred callers with one question', async () => {
    const go = Promise.withResolvers<void>()
    const { post, asked, reports } = rig({}, [[go.promise, 'one']])
    const callers = Array.from({ length: 100 }, (_, at) => post({ body: { stream: at % 2 === 0 } }))
    go.resolve()
    const answers = await Promise.all(callers)
    expect(asked()).toBe(1)
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 200))
    await vi.waitFor(() => expect(reports).toHaveLength(100))
    expect(reports.filter(({ costUsd }) => costUsd !== 0)).toHaveLength(1)
    expect(reports.filter(({ cache }) => cache === 'hit')).toHaveLength(99)
  })

  it('fails for all who wait what fails for one, and keeps nothing of it', async () => {
    const go = Promise.withResolvers<void>()
    const { post, asked } = rig({ routes: { fast: { targets: ['us/us-1'], cache: true } } }, [
      [go.promise, down],
      ['two'],
    ])
    const callers = Array.from({ length: 5 }, () => post())
    go.resolve()
    expect((await Promise.all(callers)).map(({ status }) => status)).toEqual([503, 503, 503, 503, 503])
    expect(asked()).toBe(1)
    const after = await post()
    expect([after.cache, after.says()]).toEqual(['miss', 'two'])
  })

  it('goes on for those who wait when the first one leaves, who pays', async () => {
    const go = Promise.withResolvers<void>()
    const { gateway, asked, reports, us } = rig({}, [['a', go.promise, 'b']])
    const request = { model: 'fast', messages: hello }
    const first = gateway.stream(request)
    for await (const _chunk of first) break
    const leaving = new AbortController()
    const second = gateway.chat(request, { signal: leaving.signal })
    // The first has broken off, so this is a call of its own.
    const third = gateway.chat(request)
    leaving.abort()
    await expect(second).rejects.toMatchObject({ code: 'cancelled' })
    go.resolve()
    expect((await third).choices[0]?.message.content).toBe('ab')
    expect(asked()).toBe(2)
    expect(us.calls.map(({ signal }) => signal.aborted)).toEqual([true, false])
    await vi.waitFor(() => expect(reports).toHaveLength(3))
    expect(reports.map(({ cache, status }) => [cache, status])).toEqual([
      ['miss', 'cancelled'],
      ['miss', 'completed'],
      ['hit', 'completed'],
    ])
    expect(reports.map(({ costUsd }) => costUsd === 0)).toEqual([false, false, true])
  })

  it('keeps an answer no longer than it is told to', async () => {
    const clock = manualClock()
    const store = memoryCacheStore({ now: clock.now })
    const { post } = rig({ cache: { store }, routes: { fast: { targets: ['us/us-1'], cache: { ttlMs: 5_000 } } } })
    expect((await post()).cache).toBe('miss')
    clock.advance(4_999)
    expect((await post()).cache).toBe('hit')
    clock.advance(1)
    expect((await post()).says()).toBe('two')
  })

  it('keeps what another than the preferred target answered for a minute at most, and names that target', async () => {
    const clock = manualClock()
    const store = memoryCacheStore({ now: clock.now })
    const { post } = rig({ cache: { store, ttlMs: 3_600_000 } }, [[down], ['from us']])
    expect((await post()).says()).toBe('from eu')
    clock.advance(59_999)
    const hit = await post()
    expect([hit.says(), hit.cache, hit.header('x-modelgate-provider')]).toEqual(['from eu', 'hit', 'eu'])
    clock.advance(1)
    expect((await post()).says()).toBe('from us')
    clock.advance(3_599_999)
    expect((await post()).cache).toBe('hit')
  })

  it('gives back the tokens of a hit, and counts its request', async () => {
    const { post } = rig({
      auth: () => ({ tenant: 'acme', rateLimit: { requestsPerMinute: 100, tokensPerMinute: 100_000 } }),
    })
    const remaining = async () => {
      const { header } = await post()
      return ['requests', 'tokens'].map(what => Number(header(`x-ratelimit-remaining-${what}`)))
    }
    await remaining()
    const [before, after] = [await remaining(), await remaining()]
    expect(after).toEqual([before[0]! - 1, before[1]])
  })
})

describe('what a caller says of the cache', () => {
  it.each([
    [{}, ['miss', 'hit'], 1],
    [{ 'cache-control': 'no-cache' }, ['miss', 'miss'], 2],
    [{ 'cache-control': 'no-store' }, ['bypass', 'bypass'], 2],
    [{ 'cache-control': 'max-age=0' }, ['miss', 'miss'], 2],
    [{ 'cache-control': 'max-age=60' }, ['miss', 'hit'], 1],
    [{ 'x-modelgate-cache': 'refresh' }, ['miss', 'miss'], 2],
    [{ 'x-modelgate-cache': 'off' }, ['bypass', 'bypass'], 2],
  ])('%o gives %j', async (headers, expected, times) => {
    const { post, asked } = rig()
    expect([(await post({ headers })).cache, (await post({ headers })).cache]).toEqual(expected)
    expect(asked()).toBe(times)
  })

  it('refreshes what others get', async () => {
    const { post } = rig()
    await post()
    await post({ headers: { 'cache-control': 'no-cache' } })
    const hit = await post()
    expect([hit.cache, hit.says()]).toEqual(['hit', 'two'])
  })

  it('turns it on where no route says anything, and not where one says no', async () => {
    const { post, gateway, asked } = rig({ cache: {} })
    const on = { headers: { 'x-modelgate-cache': 'on' } }
    for (const [model, expected] of [
      ['plain', ['miss', 'hit']],
      ['us/us-7', ['miss', 'hit']],
      ['never', [null, null]],
    ] as const) {
      const body = { model }
      expect([(await post({ ...on, body })).cache, (await post({ ...on, body })).cache]).toEqual(expected)
    }
    expect((await post({ body: { model: 'plain' } })).cache).toBeNull()
    const before = asked()
    const request = { model: 'plain', messages: hello }
    for (const cache of ['on', 'on', 'off', 'refresh'] as const) await gateway.chat(request, { cache })
    expect(asked() - before).toBe(3)
  })

  it('is refused where it is no word of ours, in process too', async () => {
    const { post, gateway } = rig()
    const refused = await post({ headers: { 'x-modelgate-cache': 'please' } })
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining("'on', 'off' or 'refresh'")])
    const cache: string = 'please'
    const chat = Reflect.get(gateway, 'chat')
    await expect(Reflect.apply(chat, gateway, [{ model: 'fast', messages: hello }, { cache }])).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })

  it('is not looked at where there is no cache', async () => {
    const { post } = rig({ routes: { fast: ['us/us-1'] } })
    const answer = await post({ headers: { 'x-modelgate-cache': 'please', 'cache-control': 'no-cache' } })
    expect([answer.status, answer.cache]).toEqual([200, null])
  })
})

it('What layers add to a request is part of the question', async () => {
  let fact = 'It rains.'
  const addFact: ChatMiddleware = (call, next) => {
    const messages = [{ role: 'system' as const, content: fact }, ...call.request.messages]
    return next({ ...call, request: { ...call.request, messages } })
  }
  const { post } = rig({ use: [forChat(addFact)] })
  const said = [(await post()).cache, (await post()).cache]
  fact = 'It is dry.'
  expect([...said, (await post()).cache, (await post()).cache]).toEqual(['miss', 'hit', 'miss', 'hit'])
})

describe('a route with conditions', () => {
  it('does not give one caller what its conditions would not', async () => {
    const { gateway, asked } = rig({
      routes: {
        fast: {
          targets: ['us/us-1'],
          cache: true,
          when: [
            { if: { tier: 'free' }, use: ['eu/eu-1'] },
            { if: { tags: { team: 'a' } }, use: 'other' },
          ],
        },
        other: { targets: ['us/us-2'], when: [{ if: { userId: 'boss' }, use: ['eu/eu-2'] }] },
      },
    })
    const request = { model: 'fast', messages: hello }
    const ask = (principal: object, tags: Record<string, string> = {}) =>
      gateway.chat(request, { principal: { tenant: 'acme', ...principal }, tags })
    for (let time = 0; time < 2; time += 1) {
      const models = [
        await ask({ tier: 'free' }),
        await ask({ tier: 'basic' }),
        await ask({}, { team: 'a' }),
        await ask({ userId: 'boss' }, { team: 'a' }),
        await ask({}, { team: 'b', region: 'x' }),
      ].map(({ model }) => model)
      expect(models).toEqual(['eu-1', 'us-1', 'us-2', 'eu-2', 'us-1'])
    }
    expect(asked()).toBe(5)
  })

  it('is told apart from the same name with other targets, where instances share a store', async () => {
    const store = memoryCacheStore()
    const before = rig({ cache: { store } })
    const after = rig({ cache: { store }, routes: { fast: { targets: ['eu/eu-1'], cache: true } } })
    const same = rig({ cache: { store } })
    await before.post()
    expect((await after.post()).says()).toBe('from eu')
    expect((await same.post()).cache).toBe('hit')
  })
})

describe('a store that fails', () => {
  const broken = (act: () => Promise<never>): CacheStore => ({
    maxValueBytes: 1_000_000,
    get: act,
    put: act,
    delete: act,
    claim: act,
    replace: act,
    release: act,
  })

  it('costs no call, is told of, and left alone', async () => {
    let times = 0
    const store = broken(() => {
      times += 1
      return Promise.reject(new Error('connection refused'))
    })
    const { post, errors } = rig({ cache: { store } })
    for (let call = 0; call < 5; call += 1) expect((await post()).status).toBe(200)
    expect(times).toBeLessThan(5)
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining('cache store fails') })])
  })

  it('is waited for no longer than it may take', async () => {
    const { post, errors } = rig({ cache: { store: broken(() => new Promise(() => {})), storeTimeoutMs: 5 } })
    expect((await post()).says()).toBe('one')
    expect(errors).toHaveLength(1)
    expect((await post()).says()).toBe('two')
  })

  it('that throws, or holds what is no answer, is no better', async () => {
    const throwing = rig({
      cache: {
        store: broken(() => {
          throw new Error('broken')
        }),
      },
    })
    expect((await throwing.post()).status).toBe(200)
    const memory = memoryCacheStore()
    const odd: CacheStore = {
      ...broken(() => Promise.reject()),
      get: () => ({ value: new Uint8Array(9) }),
      put: () => {},
    }
    const head = '{"kind":"poem","lengths":[2],"head":{}}'
    const likeOne = Buffer.from(`\0\0\0${String.fromCharCode(head.length)}${head}{}`)
    const claim = { value: new Uint8Array(9), owner: 'somebody' }
    for (const store of [odd, { ...odd, get: () => claim }, { ...odd, get: () => ({ value: likeOne }) }]) {
      const { post } = rig({ cache: { store } })
      expect((await post()).says()).toBe('one')
    }
    expect(memory.bytes).toBe(0)
  })
})

it('The request log says whether the cache answered', async () => {
  const records: RequestRecord[] = []
  const requestLog = { write: (record: RequestRecord) => void records.push(record), flush: async () => {} }
  const { post } = rig({ requestLog })
  for (const headers of [{}, {}, { 'x-modelgate-cache': 'off' }]) await post({ headers })
  await post({ body: { model: 'plain' } })
  expect(records.map(({ cache, cost }) => [cache, cost === 0])).toEqual([
    ['miss', false],
    ['hit', true],
    ['bypass', false],
    [undefined, false],
  ])
})

describe('a cache that is none', () => {
  it.each([
    [{ cache: { ttlMs: 0 } }, /cache\.ttlMs/],
    [{ cache: { store: {} } }, /must be a store of answers/],
    [{ cache: { storeTimeoutMs: 'soon' } }, /cache\.storeTimeoutMs/],
    [{ cache: { forever: true } }, /forever/],
    [
      { routes: { fast: { targets: ['us/us-1'], cache: 'yes' } } },
      /routes\.fast: `cache` must be true or false or an object/,
    ],
    [{ routes: { fast: { targets: ['us/us-1'], cache: { ttlMs: -1 } } } }, /routes\.fast/],
    [{ routes: { fast: { targets: ['us/us-1'], cache: { ttl: 1 } } } }, /routes\.fast/],
  ])('%j is refused', (options, message) => {
    const make = () => Reflect.apply(createGateway, undefined, [{ providers: [scriptedProvider('us')], ...options }])
    expect(make).toThrow(
      expect.objectContaining({ code: 'invalid_configuration', message: expect.stringMatching(message) }),
    )
  })
})

it('Metrics count what the cache said', async () => {
  const { gateway, post } = rig({ metrics: true })
  for (const headers of [{}, {}, {}, { 'x-modelgate-cache': 'off' }]) await post({ headers })
  await post({ body: { model: 'plain' } })
  const before = gateway.metrics()!
  const said = (snapshot: MetricsSnapshot) =>
    Object.fromEntries(snapshot.calls.map(({ route, cache }) => [route, cache]))
  expect(said(before)).toEqual({ fast: { miss: 1, hit: 2, bypass: 1 }, plain: undefined })
  expect(sumCalls([...before.calls, ...before.calls])[0]?.cache).toEqual({ miss: 2, hit: 4, bypass: 2 })
  expect(prometheusText(before)).toMatch(
    /modelgate_cache_answers_total\{[^}]*route="fast"[^}]*modelgate_cache="hit"\} 2/,
  )
  await post()
  expect(said(metricsSince(gateway.metrics()!, before))).toEqual({ fast: { hit: 1 } })
})
