import { describe, expect, it, vi } from 'vitest'
import {
  type BudgetsOptions,
  createGateway,
  GatewayError,
  type ModelPrice,
  type Principal,
  type Provider,
} from '../../src/index.ts'
import { memoryBudgetStore } from '../../src/limits/budgets/memory-budget-store.ts'
import { manualClock, type ScriptStep, scriptedProvider } from '../../src/testing/index.ts'
import { chatRequest, rejection, turns } from '../support/calls.ts'
import { serveGateway } from '../support/fronts.ts'
import { steeredBudgetStore } from '../support/steered-budget-store.ts'

/** Three prompt tokens at 1 and two of the answer at 2 dollars a million. */
const callNanoUsd = 7_000
const noon = Date.UTC(2029, 4, 9, 12)

interface Opened {
  readonly principal?: Partial<Principal>
  readonly budgets?: BudgetsOptions
  readonly script?: readonly (readonly ScriptStep[])[]
  readonly providers?: readonly Provider[]
}

/** A gateway on a real socket, at noon of a day in May. */
async function open({ principal, budgets, script = [['hi']], providers }: Opened) {
  const us = scriptedProvider('us', ...script)
  const clock = manualClock(noon)
  const gateway = createGateway({
    providers: providers ?? [us],
    routes: { fast: ['us/nova'], capped: { targets: ['us/nova'], defaultMaxTokens: 77 } },
    auth: () => ({ tenant: 'acme', keyId: 'k', ...principal }),
    budgets: { store: memoryBudgetStore({ now: clock.now }), ...budgets },
    onError: () => {},
  })
  const server = await serveGateway(gateway)
  const post = async (path: string, body: object) => {
    const answer = await fetch(server.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const { status, headers } = answer
    return { status, headers, body: await answer.text() }
  }
  const chat = (more: object = {}) => post('/v1/chat/completions', { ...chatRequest(), max_tokens: 10, ...more })
  const spent = async (of: 'key' | 'tenant' = 'key', name = 'k') =>
    Math.round((await gateway.budgets.spending({ of, name })).usdToday * 1e9)
  return { gateway, server, chat, post, us, clock, spent }
}

const budgetHeaders = /^(x-modelgate-(budget|applied)|retry-after|x-should-retry)/

function toldOf(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => budgetHeaders.test(name)))
}

describe('a budget over HTTP', () => {
  it('is told of with every answer, to the billionth', async () => {
    const { chat, spent } = await open({ principal: { budget: { usdPerDay: 1, usdPerMonth: 0.5 } } })
    expect(toldOf((await chat()).headers)).toEqual({
      'x-modelgate-budget-limit-usd': '0.5',
      'x-modelgate-budget-remaining-usd': '0.499993',
      'x-modelgate-budget-reset': '2029-06-01T00:00:00Z',
    })
    expect(toldOf((await chat()).headers)).toMatchObject({ 'x-modelgate-budget-remaining-usd': '0.499986' })
    expect(await spent()).toBe(2 * callNanoUsd)
  })

  it('takes off what a stream may cost at its head, and what it did cost at its end', async () => {
    const { chat, spent } = await open({ principal: { budget: { usdPerDay: 1 } } })
    const { headers, body } = await chat({ stream: true })
    expect(body).toContain('[DONE]')
    const reserved = 1 - Number(toldOf(headers)['x-modelgate-budget-remaining-usd'])
    expect(reserved * 1e9).toBeGreaterThan(callNanoUsd)
    expect(await spent()).toBe(callNanoUsd)
  })

  it('answers 429 with whose it is, how large, and when it begins anew, and asks nobody to try again', async () => {
    const { chat, us, clock } = await open({ principal: { budget: { usdPerDay: 0.0003 } } })
    for (let call = 0; call < 5; call += 1) await chat()
    const { status, headers, body } = await chat({ max_tokens: 200 })
    expect(status).toBe(429)
    expect(toldOf(headers)).toMatchObject({
      'retry-after': '43200',
      'x-should-retry': 'false',
      'x-modelgate-budget-limit-usd': '0.0003',
      'x-modelgate-budget-remaining-usd': '0.000265',
    })
    const { error } = JSON.parse(body)
    expect(error).toMatchObject({ code: 'budget_exceeded', type: 'insufficient_quota' })
    expect(error.message).toMatch(
      /^The budget of this key, \$0\.0003 a day, can never hold this call, which may cost \$0\.000\d+, an upper bound: lower/,
    )
    const smaller = JSON.parse((await chat({ max_tokens: 100 })).body)
    expect(smaller.error?.message).toMatch(
      /^The budget of this key, \$0\.0003 a day, has no room for this call: \$0\.000265 of it .* begins anew at 2029-05-10T00:00:00Z \(UTC\)\.$/,
    )
    expect(us.calls).toHaveLength(5)
    clock.advance(12 * 3_600_000)
    expect((await chat({ max_tokens: 100 })).status).toBe(200)
  })

  it('is a tenant’s, too: its keys share it, and other tenants do not', async () => {
    const budgets = { tenants: { acme: { usdPerMonth: 0.0002 } }, eachTenant: { usdPerMonth: 1 } }
    const { chat, spent, gateway } = await open({ budgets })
    expect((await chat()).status).toBe(200)
    expect(await spent('tenant', 'acme')).toBe(callNanoUsd)
    const request = { ...chatRequest(), max_tokens: 100 }
    const error = await rejection(gateway.chat(request, { principal: { tenant: 'acme', keyId: 'other' } }))
    expect(error).toMatchObject({
      code: 'budget_exceeded',
      message: expect.stringMatching(/this tenant, \$0\.0002 a month/),
    })
    await gateway.chat(request, { principal: { tenant: '__proto__' } })
    expect(await spent('tenant', '__proto__')).toBe(callNanoUsd)
  })

  it('refuses what fits the key’s and not the tenant’s, and takes nothing of either', async () => {
    const { chat, spent } = await open({
      principal: { budget: { usdPerDay: 1 } },
      budgets: { tenants: { acme: { usdPerDay: 0.000001 } } },
    })
    expect((await chat()).status).toBe(429)
    expect([await spent(), await spent('tenant', 'acme')]).toEqual([0, 0])
  })

  it('gives each key without one of its own what is said of all', async () => {
    const { chat } = await open({ budgets: { eachKey: { usdPerDay: 0 } } })
    expect((await chat()).status).toBe(429)
    const own = await open({ principal: { budget: { usdPerDay: 1 } }, budgets: { eachKey: { usdPerDay: 0 } } })
    expect((await own.chat()).status).toBe(200)
  })

  it('is shown and begun anew by the gateway', async () => {
    const { chat, gateway } = await open({ principal: { budget: { usdPerDay: 0.0007 } } })
    await chat()
    expect(await gateway.budgets.spending({ of: 'key', name: 'k' })).toEqual({
      usdToday: 0.000007,
      usdThisMonth: 0.000007,
      dayEndsAt: '2029-05-10T00:00:00Z',
      monthEndsAt: '2029-06-01T00:00:00Z',
    })
    await gateway.budgets.reset({ of: 'key', name: 'k' })
    expect(await gateway.budgets.spending({ of: 'key', name: 'k' })).toMatchObject({ usdToday: 0, usdThisMonth: 0 })
  })

  it('that a tenant’s principal brings is shown and begun anew as the tenant’s', async () => {
    const { chat, spent, gateway } = await open({ principal: { keyId: undefined, budget: { usdPerDay: 1 } } })
    await chat()
    expect(await spent('tenant', 'acme')).toBe(callNanoUsd)
    await gateway.budgets.reset({ of: 'tenant', name: 'acme' })
    expect(await spent('tenant', 'acme')).toBe(0)
  })

  it('caps chats that say nothing, and sends the cap', async () => {
    const principal = { budget: { usdPerDay: 1 } }
    const { chat, us } = await open({ principal, budgets: { defaultMaxTokens: 123 } })
    expect(toldOf((await chat({ max_tokens: undefined })).headers)).toMatchObject({
      'x-modelgate-applied-max-tokens': '123',
    })
    await chat({ max_tokens: undefined, model: 'capped' })
    expect(us.calls.map(({ request }) => request.max_completion_tokens)).toEqual([123, 77])
  })

  it('leaves calls alone that no budget is over', async () => {
    const { chat, us } = await open({})
    expect(toldOf((await chat({ max_tokens: undefined })).headers)).toEqual({})
    expect(us.calls[0]?.request.max_completion_tokens).toBeUndefined()
  })
})

describe('what is charged', () => {
  const principal = { budget: { usdPerDay: 1 } }

  it('of a stream whose reader leaves is what it used', async () => {
    const never = new Promise<never>(() => {})
    const { gateway, us, spent } = await open({ principal, script: [['some ', 'words ', never]] })
    const stream = gateway.stream(
      { ...chatRequest(), max_tokens: 4_000 },
      { principal: { tenant: 'acme', keyId: 'k', ...principal } },
    )
    for await (const _ of stream) break
    const report = await stream.report
    await us.outcomes[0]
    await turns()
    expect(report).toMatchObject({ status: 'cancelled' })
    const cost = Math.round((report.costUsd ?? 0) * 1e9)
    expect(cost).toBeGreaterThan(0)
    expect(cost).toBeLessThan(1_000_000)
    expect(await spent()).toBe(cost)
  })

  it('of a call that fails without having been worked for is nothing', async () => {
    const { chat, spent } = await open({ principal, script: [[new Error('refused')]] })
    expect((await chat()).status).toBe(500)
    expect(await spent()).toBe(0)
  })

  it.each<[string, Partial<ModelPrice>]>([
    ['a price that is no number', { input: 1, output: 2, cacheRead: Number.NaN }],
    ['a price below nothing', { input: 1, output: -2 }],
  ])('of %s is not known, and spoils no sum', async (_, figures) => {
    const us = scriptedProvider('us', ['hi'])
    const priceOf = () => ({ input: 1, source: 'a page', asOf: 'today', ...figures })
    const { chat, spent } = await open({ principal, providers: [{ ...us, priceOf }] })
    expect((await chat()).status).toBe(403)
    expect(await spent()).toBe(0)
  })

  it('of a call that left while it waited for a place is nothing', async () => {
    const never = new Promise<never>(() => {})
    const gateway = createGateway({
      providers: [scriptedProvider('us', ['some ', never], ['hi'])],
      bulkhead: { maxConcurrentCalls: 1, maxQueuedCalls: 1, maxWaitMs: 60_000 },
      onError: () => {},
    })
    const request = { ...chatRequest(), model: 'us/nova', max_tokens: 10 }
    const first = gateway.stream(request, { principal: { tenant: 'other' } })
    await first[Symbol.asyncIterator]().next()
    const leaving = new AbortController()
    const waiting = rejection(
      gateway.chat(request, { principal: { tenant: 'acme', keyId: 'k', ...principal }, signal: leaving.signal }),
    )
    await turns()
    leaving.abort()
    expect(await waiting).toMatchObject({ code: 'cancelled' })
    await turns()
    expect(await gateway.budgets.spending({ of: 'key', name: 'k' })).toMatchObject({ usdToday: 0 })
    first.abort()
  })

  it('of what cost more than it could is what it cost', async () => {
    const dear = scriptedProvider('us', ['hi'])
    let asked = 0
    const priceOf = () => ({ input: asked++ === 0 ? 0.001 : 1_000_000, output: 0, source: 'a page', asOf: 'today' })
    const { chat, spent } = await open({ principal: { budget: { usdPerDay: 1 } }, providers: [{ ...dear, priceOf }] })
    expect((await chat()).status).toBe(200)
    expect(await spent()).toBe(3_000_000_000)
    expect((await chat()).status).toBe(429)
  })

  it('of a call whose price nobody knew beforehand is nothing, where it is let in', async () => {
    const { id, name, handlers } = scriptedProvider('us', ['hi'])
    const unpriced: Provider = { id, name, handlers }
    const refused = await open({ principal, providers: [unpriced] })
    const { status, headers, body } = await refused.chat()
    expect([status, headers.get('x-should-retry')]).toEqual([403, 'false'])
    expect(JSON.parse(body).error.message).toMatch(/^No price is known for us\/nova, and this call is under a budget/)

    const { chat, spent } = await open({ principal, providers: [unpriced], budgets: { onUnknownPrice: 'allow' } })
    expect((await chat()).status).toBe(200)
    expect(await spent()).toBe(0)
  })

  it('of a call whose cost nobody knows is what it reserved', async () => {
    const us = scriptedProvider('us', ['hi'])
    let asked = 0
    const priceOf = () => (asked++ === 0 ? { input: 1, output: 2, source: 'a page', asOf: 'today' } : undefined)
    const { chat, spent } = await open({ principal, providers: [{ ...us, priceOf }] })
    const { headers } = await chat()
    expect(headers.get('x-modelgate-cost-usd')).toBeNull()
    const remaining = Number(headers.get('x-modelgate-budget-remaining-usd'))
    expect(await spent()).toBe(Math.round((1 - remaining) * 1e9))
    expect(await spent()).toBeGreaterThan(callNanoUsd)
  })

  it('of embeddings is what they cost', async () => {
    const us = scriptedProvider('us', ['hi'])
    const embeddings: NonNullable<Provider['handlers']['embeddings']> = async () => ({
      kind: 'embeddings',
      embeddings: { value: { object: 'list', data: [], model: 'e', usage: { prompt_tokens: 9, total_tokens: 9 } } },
      settled: Promise.resolve({
        status: 'completed',
        usage: { prompt_tokens: 9, completion_tokens: 0, total_tokens: 9 },
        usageSource: 'reported',
        costUsd: null,
      }),
    })
    const { post, spent } = await open({ principal, providers: [{ ...us, handlers: { ...us.handlers, embeddings } }] })
    const { status } = await post('/v1/embeddings', { model: 'fast', input: 'three words here' })
    expect(status).toBe(200)
    expect(await spent()).toBe(9_000)
  })
})

describe('an attempt that follows one which had cost something', () => {
  const routes = { both: ['us/nova', 'eu/nova'] as const }
  const broken = new GatewayError('stream_interrupted', 'cut', {
    usage: { prompt_tokens: 100, completion_tokens: 0, total_tokens: 100 },
  })

  function gatewayOf(usdPerDay: number) {
    const [us, eu] = [scriptedProvider('us', [broken]), scriptedProvider('eu', ['hi'])]
    const gateway = createGateway({ providers: [us, eu], routes, retry: { enabled: false }, onError: () => {} })
    const request = { ...chatRequest(), model: 'both', max_tokens: 10 }
    return {
      eu,
      gateway,
      ask: () => gateway.chat(request, { principal: { tenant: 'acme', keyId: 'k', budget: { usdPerDay } } }),
    }
  }

  it('is made where there is room for it beside what was spent', async () => {
    const { gateway, ask, eu } = gatewayOf(0.0003)
    await ask()
    expect(eu.calls).toHaveLength(1)
    // 100 prompt tokens of the first, and the usual answer of the second.
    expect((await gateway.budgets.spending({ of: 'key', name: 'k' })).usdToday).toBeCloseTo(0.000107, 12)
  })

  it('is not where there is none: what was spent stays spent, and no more', async () => {
    const { gateway, ask, eu } = gatewayOf(0.00015)
    const error = await rejection(ask())
    expect(error).toMatchObject({ code: 'budget_exceeded', attempts: [{ target: 'us/nova' }, { target: 'eu/nova' }] })
    expect(eu.calls).toEqual([])
    expect((await gateway.budgets.spending({ of: 'key', name: 'k' })).usdToday).toBeCloseTo(0.0001, 12)
  })
})

it('what a call did not cost is told to the store before a Lambda returns', async () => {
  const store = steeredBudgetStore(Date.now)
  const gateway = createGateway({
    providers: [scriptedProvider('us', ['hi'])],
    auth: () => ({ tenant: 'acme', keyId: 'k', budget: { usdPerDay: 1 } }),
    budgets: { store },
    exposeModels: 'all',
  })
  const work: Promise<unknown>[] = []
  const answer = await gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...chatRequest(), model: 'us/nova' }),
    waitUntil: promise => work.push(promise),
  })
  expect(answer.status).toBe(200)
  await answer.text()
  await Promise.all(work)
  expect(store.memory.read('key:k').dayNanoUsd).toBe(callNanoUsd)
})

describe('a soft limit', () => {
  it('is told once a period, by the first call that finds so much spent', async () => {
    const onSoftLimit = vi.fn()
    const { chat, clock } = await open({
      principal: { budget: { usdPerDay: 0.0007, usdPerMonth: 1 } },
      budgets: { onSoftLimit, softLimit: 0.01 },
    })
    await chat({ max_tokens: 1 })
    expect(onSoftLimit).not.toHaveBeenCalled()
    await chat({ max_tokens: 1 })
    await chat({ max_tokens: 1 })
    expect(onSoftLimit.mock.calls).toEqual([
      [
        {
          of: 'key',
          name: 'k',
          period: 'day',
          limitUsd: 0.0007,
          spentUsd: 0.000007,
          resetAt: '2029-05-10T00:00:00Z',
        },
      ],
    ])
    clock.advance(24 * 3_600_000)
    await chat({ max_tokens: 1 })
    await chat({ max_tokens: 1 })
    expect(onSoftLimit).toHaveBeenCalledTimes(2)
  })

  it('is not told of a budget of nothing, of which all is spent from the beginning', async () => {
    const onSoftLimit = vi.fn()
    const { chat } = await open({ principal: { budget: { usdPerDay: 0 } }, budgets: { onSoftLimit } })
    expect((await chat()).status).toBe(429)
    expect(onSoftLimit).not.toHaveBeenCalled()
  })

  it('that is told to a listener that throws ends no call', async () => {
    const onSoftLimit = () => {
      throw new Error('listener')
    }
    const { chat } = await open({ principal: { budget: { usdPerDay: 1 } }, budgets: { onSoftLimit, softLimit: 1e-9 } })
    expect([(await chat()).status, (await chat()).status]).toEqual([200, 200])
  })
})
