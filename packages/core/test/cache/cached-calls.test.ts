import { describe, expect, it, vi } from 'vitest'
import { memoryCacheStore } from '../../src/cache/memory-cache-store.ts'
import { forChat } from '../../src/compose.ts'
import type { ChatMiddleware } from '../../src/contract.ts'
import { manualClock } from '../../src/testing/index.ts'
import { cachedGateway, down, hello } from './cached-gateway.ts'

describe('a route whose answers are kept', () => {
  it('is asked upstream once, and says what was answered before, by whom, since when and at no cost', async () => {
    const { post, reports, asked } = cachedGateway()
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
      const { gateway, asked } = cachedGateway()
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
      const { post, asked } = cachedGateway()
      await post({ body: first! })
      const { text, cache } = await post({ body: later! })
      expect(cache).toBe('hit')
      expect(text.includes('"total_tokens":5')).toBe(later === wanting)
      expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
      expect(asked()).toBe(1)
    }
  })

  it('gives a kept stream again byte by byte', async () => {
    const { post } = cachedGateway({}, [['He', 'llo', ' wörld \u{1f30d}']])
    const body = { stream: true }
    const [miss, hit, again] = [await post({ body }), await post({ body }), await post({ body })]
    expect([miss.cache, hit.cache, again.cache]).toEqual(['miss', 'hit', 'hit'])
    expect(hit.text).toBe(miss.text)
    expect(again.text).toBe(miss.text)
  })

  it('keeps tenants apart, and those without one', async () => {
    const { post, gateway, asked } = cachedGateway({}, [['of acme'], ['of other'], ['of the host']])
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
    const { post, asked, reports } = cachedGateway({}, [[go.promise, 'one']])
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
    const { post, asked } = cachedGateway({ routes: { fast: { targets: ['us/us-1'], cache: true } } }, [
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
    const { gateway, asked, reports, us } = cachedGateway({}, [['a', go.promise, 'b']])
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
    const { post } = cachedGateway({
      cache: { store },
      routes: { fast: { targets: ['us/us-1'], cache: { ttlMs: 5_000 } } },
    })
    expect((await post()).cache).toBe('miss')
    clock.advance(4_999)
    expect((await post()).cache).toBe('hit')
    clock.advance(1)
    expect((await post()).says()).toBe('two')
  })

  it('keeps what another than the preferred target answered for a minute at most, and names that target', async () => {
    const clock = manualClock()
    const store = memoryCacheStore({ now: clock.now })
    const { post } = cachedGateway({ cache: { store, ttlMs: 3_600_000 } }, [[down], ['from us']])
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
    const { post } = cachedGateway({
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

it('What layers add to a request is part of the question', async () => {
  let fact = 'It rains.'
  const addFact: ChatMiddleware = (call, next) => {
    const messages = [{ role: 'system' as const, content: fact }, ...call.request.messages]
    return next({ ...call, request: { ...call.request, messages } })
  }
  const { post } = cachedGateway({ use: [forChat(addFact)] })
  const said = [(await post()).cache, (await post()).cache]
  fact = 'It is dry.'
  expect([...said, (await post()).cache, (await post()).cache]).toEqual(['miss', 'hit', 'miss', 'hit'])
})

describe('a route with conditions', () => {
  it('does not give one caller what its conditions would not', async () => {
    const { gateway, asked } = cachedGateway({
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

  it('that asks for a stream or none keeps the answers of the one from the other', async () => {
    const when = [{ if: { stream: true }, use: ['eu/eu-1' as const] }]
    const { post, asked } = cachedGateway({ routes: { fast: { targets: ['us/us-1'], cache: true, when } } })
    for (const cache of ['miss', 'hit']) {
      const [whole, streamed] = [await post(), await post({ body: { stream: true } })]
      expect([whole.cache, whole.header('x-modelgate-provider')]).toEqual([cache, 'us'])
      expect([streamed.cache, streamed.header('x-modelgate-provider')]).toEqual([cache, 'eu'])
    }
    expect(asked()).toBe(2)
  })

  it('is told apart from the same name with other targets, where instances share a store', async () => {
    const store = memoryCacheStore()
    const before = cachedGateway({ cache: { store } })
    const after = cachedGateway({ cache: { store }, routes: { fast: { targets: ['eu/eu-1'], cache: true } } })
    const same = cachedGateway({ cache: { store } })
    await before.post()
    expect((await after.post()).says()).toBe('from eu')
    expect((await same.post()).cache).toBe('hit')
  })
})
