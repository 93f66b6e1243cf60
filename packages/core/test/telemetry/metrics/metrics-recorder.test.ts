import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  apiKeys,
  completedOutcome,
  createGateway,
  GatewayError,
  type GatewayOptions,
  type MetricsSnapshot,
  type Middleware,
  memoryKeyStore,
  metricsSince,
  prometheusText,
  type RequestRecord,
  settledAs,
  type Usage,
} from '../../../src/index.ts'
import { scriptedProvider } from '../../../src/testing/index.ts'
import { chatRequest, rejection, turns } from '../../support/calls.ts'

afterEach(() => void vi.restoreAllMocks())

const down = new GatewayError('upstream_unavailable', 'It is down.')

function gatewayOf(options: Partial<GatewayOptions> = {}) {
  const gateway = createGateway({
    providers: [scriptedProvider('us', ['hi'])],
    routes: { fast: ['us/nova'] },
    exposeModels: 'all',
    metrics: true,
    ...options,
  })
  const metrics = (): MetricsSnapshot => gateway.metrics()!
  return { gateway, metrics }
}

describe("a gateway's metrics", () => {
  it('are not there unless asked for', () => {
    expect(gatewayOf({ metrics: undefined }).gateway.metrics()).toBeUndefined()
    expect(gatewayOf({ metrics: false }).gateway.metrics()).toBeUndefined()
  })

  it('count calls, tokens, cost and times by who called what', async () => {
    const { gateway, metrics } = gatewayOf()
    const principal = { tenant: 'acme', tier: 'premium' }
    await gateway.chat(chatRequest(), { principal })
    for await (const _ of gateway.stream(chatRequest(), { principal }));
    await turns()
    const [series, ...more] = metrics().calls
    expect(more).toEqual([])
    expect(series).toMatchObject({ operation: 'chat', route: 'fast', model: 'nova', provider: 'us', ...principal })
    expect(series).toMatchObject({ calls: 2, streams: 1, errors: {}, estimatedUsages: 0, unknownCosts: 0 })
    expect(series).toMatchObject({
      cachedTokens: 0,
      promptTokens: { count: 2, sum: 6, max: 3 },
      completionTokens: { count: 2, sum: 4 },
      durationSeconds: { count: 2 },
      firstContentSeconds: { count: 1 },
    })
    expect(series?.costUsd).toBeCloseTo(2 * (3 * 1e-6 + 2 * 2e-6), 12)
    expect(metrics().attempts).toMatchObject([
      { provider: 'us', model: 'nova', code: '200', attempts: 2, failovers: 0 },
    ])
    expect(metrics().openCalls).toBe(0)
  })

  it.each(['9', [9], -9, 0.5, Number.POSITIVE_INFINITY, null])(
    'count no cached tokens where %j was reported for them',
    async odd => {
      const counts = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 }
      const reported = [odd, 4, 3].map(cached_tokens => ({ ...counts, prompt_tokens_details: { cached_tokens } }))
      const reporting: Middleware = async (call, next) => {
        const settled = settledAs(completedOutcome({ usage: reported.shift() as Usage }))
        return { ...(await next(call)), settled }
      }
      const cached: unknown[] = []
      const requestLog = {
        write: (record: RequestRecord) => void cached.push(record.cachedTokens),
        flush: async () => {},
      }
      const { gateway, metrics } = gatewayOf({ use: [reporting], requestLog })
      for (let call = 0; call < 3; call += 1) await gateway.chat(chatRequest())
      await turns()
      expect(metrics().calls[0]?.cachedTokens).toBe(7)
      expect(cached).toEqual([null, 4, 3])
    },
  )

  it('count what went wrong, and which target it led on to', async () => {
    const { gateway, metrics } = gatewayOf({
      providers: [scriptedProvider('us', [down]), scriptedProvider('eu', ['hi'], [down])],
      routes: { fast: ['us/nova', 'eu/nova'] },
      retry: { enabled: false },
    })
    await gateway.chat(chatRequest())
    await rejection(gateway.chat(chatRequest()))
    const attempts = metrics().attempts.map(({ provider, code, attempts: made, failovers }) =>
      [provider, code, made, failovers].join(' '),
    )
    expect(attempts).toEqual(['us upstream_unavailable 2 2', 'eu 200 1 0', 'eu upstream_unavailable 1 0'])
    expect(metrics().calls).toMatchObject([{ calls: 2, errors: { upstream_unavailable: 1 }, tenant: 'none' }])
    expect(metrics().refusals).toEqual({})
    expect(metrics().targets.map(({ target }) => target)).toEqual(['eu/nova', 'us/nova'])
  })

  it('count the same target asked again as a retry', async () => {
    const { gateway, metrics } = gatewayOf({
      providers: [scriptedProvider('us', [down], ['hi'])],
      retry: { baseDelayMs: 0 },
    })
    await gateway.chat(chatRequest())
    expect(metrics().attempts).toMatchObject([
      { code: 'upstream_unavailable', attempts: 1, retries: 1, failovers: 0 },
      { code: '200', retries: 0 },
    ])
  })

  it('call a cost unknown that nobody knows', async () => {
    const provider = { ...scriptedProvider('us', ['hi']), priceOf: () => undefined }
    const { gateway, metrics } = gatewayOf({ providers: [provider], onError: () => {} })
    await gateway.chat(chatRequest())
    expect(metrics().calls).toMatchObject([{ costUsd: 0, unknownCosts: 1 }])
  })

  it('count who is turned away, at the door and behind it, by why', async () => {
    const { gateway, metrics } = gatewayOf({ auth: apiKeys(memoryKeyStore([{ key: 'good', tier: 'free' }])) })
    const post = (path: string, body: string, key: string): Promise<Response> =>
      gateway.fetch(`http://gateway${path}`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      })
    await post('/v1/chat/completions', '{}', 'bad')
    await post('/v1/nowhere', '{}', 'good')
    await post('/v1/chat/completions', '{', 'good')
    for (let call = 0; call < 12; call += 1) await post('/v1/chat/completions', JSON.stringify(chatRequest()), 'good')
    expect(metrics().refusals).toEqual({ unauthenticated: 1, not_found: 1, invalid_request: 1, rate_limited: 2 })
    expect(metrics().calls.map(({ model, calls, errors }) => [model, calls, errors])).toEqual([
      ['nova', 10, {}],
      ['none', 2, { rate_limited: 2 }],
    ])
    expect(metrics().calls.map(({ route }) => route)).toEqual(['fast', 'fast'])
  })

  it('count a call none of whose targets may be asked as turned away', async () => {
    const { gateway, metrics } = gatewayOf({
      providers: [scriptedProvider('us', [down]), scriptedProvider('eu', ['hi'])],
      routes: { fast: ['us/nova'], both: ['us/nova', 'eu/nova'] },
      retry: { enabled: false },
      circuitBreaker: { failureThreshold: 1 },
    })
    await rejection(gateway.chat(chatRequest()))
    const error = await rejection(gateway.chat(chatRequest()))
    expect(error).toMatchObject({ code: 'circuit_open' })
    await gateway.chat(chatRequest({ model: 'both' }))
    expect(metrics().refusals).toEqual({ circuit_open: 1 })
    expect(metrics().attempts.map(({ provider, code }) => [provider, code])).toEqual([
      ['us', 'upstream_unavailable'],
      ['us', 'circuit_open'],
      ['eu', '200'],
    ])
  })

  it('take no name from a caller that has not been answered under it', async () => {
    const providers = [scriptedProvider('us', [down], [down], ['hi'])]
    const { gateway, metrics } = gatewayOf({ providers, retry: { enabled: false }, circuitBreaker: { enabled: false } })
    await rejection(gateway.chat(chatRequest({ model: 'us/__proto__' })))
    await rejection(gateway.chat(chatRequest({ model: 'us/second' })))
    await rejection(gateway.chat(chatRequest({ model: 'nobody knows it' })))
    await gateway.chat(chatRequest({ model: 'us/third' }))
    expect(metrics().calls.map(({ route, model, calls }) => [route, model, calls])).toEqual([
      ['other', 'other', 2],
      ['none', 'none', 1],
      ['us/third', 'third', 1],
    ])
    expect(metrics().attempts.map(({ model, attempts }) => [model, attempts])).toEqual([
      ['other', 2],
      ['third', 1],
    ])
  })

  it('tell how a target stands by no name that a caller made up', async () => {
    const { gateway, metrics } = gatewayOf({
      providers: [scriptedProvider('us', ['hi'], [down])],
      retry: { enabled: false },
      circuitBreaker: { failureThreshold: 1 },
    })
    await gateway.chat(chatRequest({ model: 'us/real' }))
    for (const model of ['fast', 'us/made-up-1', 'us/made-up-2', 'us/other'])
      await rejection(gateway.chat(chatRequest({ model })))
    const operation = 'chat'
    expect(metrics().targets).toMatchObject([
      { target: 'us/other', operation, state: 'open', calls: 3, failures: 3, inFlight: 0 },
      { target: 'us/nova', operation, state: 'open', calls: 1, failures: 1 },
      { target: 'us/real', operation, state: 'closed', calls: 1, failures: 0 },
    ])
    expect(prometheusText(metrics())).not.toContain('made-up')
    // Who looks at one process is told of each.
    expect(gateway.targets()).toHaveLength(5)
  })

  it('stay bounded, however many tenants and models there are', async () => {
    const { gateway, metrics } = gatewayOf({ metrics: { maxTenants: 2, maxModels: 2, maxSeries: 3 } })
    const tenants = ['__proto__', 'constructor', 'c', 'd', 'e']
    for (const tenant of tenants) {
      for (const model of ['1', '2', '3', '4']) {
        await gateway.chat(chatRequest({ model: `us/${model}` }), { principal: { tenant } })
      }
    }
    const { calls, attempts } = metrics()
    expect(calls.map(({ tenant, model, calls: count }) => [tenant, model, count])).toEqual([
      ['__proto__', '1', 1],
      ['__proto__', '2', 1],
      ['__proto__', 'other', 2],
      ['other', 'other', 16],
    ])
    expect(attempts.map(({ model, attempts: count }) => [model, count])).toEqual([
      ['1', 5],
      ['2', 5],
      ['other', 10],
    ])
  })

  it('tell what happened between two of them', async () => {
    const { gateway, metrics } = gatewayOf()
    await gateway.chat(chatRequest())
    const before = metrics()
    expect(metricsSince(metrics(), before)).toMatchObject({ calls: [], attempts: [], refusals: {} })
    await gateway.chat(chatRequest(), { principal: { tenant: 'acme' } })
    await gateway.chat(chatRequest())
    await rejection(gateway.chat({ model: 'fast', messages: [] }))
    const since = metricsSince(metrics(), before)
    expect(since).toMatchObject({ startedAtMs: before.takenAtMs, refusals: { invalid_request: 1 } })
    expect(since.calls.map(({ tenant, calls, promptTokens }) => [tenant, calls, promptTokens.sum])).toEqual([
      ['none', 1, 3],
      ['acme', 1, 3],
      ['none', 1, 0],
    ])
    expect(since.calls[0]?.durationSeconds).toMatchObject({ count: 1 })
    expect(since.attempts).toMatchObject([{ attempts: 2 }])
  })

  it('count calls under way', async () => {
    const { gateway, metrics } = gatewayOf({ providers: [scriptedProvider('us', [new Promise(() => {})])] })
    const stream = gateway.stream(chatRequest())
    await turns()
    expect(metrics().openCalls).toBe(1)
    stream.abort()
    await rejection(stream.completion())
    await turns()
    expect(metrics()).toMatchObject({ openCalls: 0, calls: [{ errors: { cancelled: 1 } }] })
  })
})
