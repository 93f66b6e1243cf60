import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createGateway, GatewayError, type LimitsOptions, type Principal, type Provider } from '../../src/index.ts'
import { type ScriptStep, scriptedProvider } from '../../src/testing/index.ts'
import { chatRequest, rejection, turns } from '../support/calls.ts'
import { connect, serveGateway } from '../support/fronts.ts'
import { steeredLimitStore } from '../support/steered-limit-store.ts'

const never = new Promise<never>(() => {})
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

interface Opened {
  readonly principal: Omit<Principal, 'tenant'>
  readonly script?: readonly (readonly ScriptStep[])[]
  readonly limits?: LimitsOptions
  readonly providers?: readonly Provider[]
}

/** A gateway on a real socket, whose clock is at the first instant of an hour. */
async function open({ principal, script = [['hi']], limits, providers }: Opened) {
  const us = scriptedProvider('us', ...script)
  const gateway = createGateway({
    providers: providers ?? [us],
    routes: { fast: ['us/nova'], capped: { targets: ['us/nova'], defaultMaxTokens: 77 } },
    auth: () => ({ tenant: 'acme', ...principal }),
    limits,
    onError: () => {},
  })
  const server = await serveGateway(gateway)
  const ask = (path: string, init?: RequestInit) => fetch(server.url + path, init)
  const chat = async (more: object = {}) => {
    const answer = await ask('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...chatRequest(), ...more }),
    })
    const { status, headers } = answer
    return { status, headers, body: await answer.text() }
  }
  return { gateway, server, ask, chat, us }
}

const limitHeaders = /^(x-ratelimit-|ratelimit|retry-after|x-should-retry|x-modelgate-applied)/

function limitsOf(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => limitHeaders.test(name)))
}

function startOfWindow(): void {
  vi.advanceTimersByTime(7_200_000 - (performance.now() % 3_600_000))
}

describe('headers over HTTP', () => {
  it('say how a caller stands, to the digit, until it is refused', async () => {
    const { chat } = await open({ principal: { keyId: 'k', tier: 'free' } })
    startOfWindow()
    expect(limitsOf((await chat()).headers)).toEqual({
      'ratelimit-policy': '"rpm";q=10;w=60, "rph";q=100;w=3600',
      ratelimit: '"rpm";r=9;t=65, "rph";r=99;t=3900',
      'x-ratelimit-limit-requests': '10',
      'x-ratelimit-remaining-requests': '9',
      'x-ratelimit-reset-requests': '1m5s',
    })
    for (let index = 0; index < 8; index += 1) await chat()
    vi.advanceTimersByTime(20_000)
    expect(limitsOf((await chat({ stream: true })).headers)).toMatchObject({
      ratelimit: '"rpm";r=0;t=65, "rph";r=90;t=3880',
      'x-ratelimit-remaining-requests': '0',
    })
    vi.advanceTimersByTime(500)
    const refused = await chat()
    expect(refused.status).toBe(429)
    expect(limitsOf(refused.headers)).toEqual({
      'ratelimit-policy': '"rpm";q=10;w=60, "rph";q=100;w=3600',
      ratelimit: '"rpm";r=0;t=65, "rph";r=90;t=3880',
      'x-ratelimit-limit-requests': '10',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '1m4.5s',
      'retry-after': '45',
      'x-should-retry': 'true',
    })
    expect(JSON.parse(refused.body)).toEqual({
      error: {
        message: 'The limit of 10 requests a minute is reached; try again in 45 s.',
        type: 'rate_limit_error',
        param: null,
        code: 'rate_limited',
      },
    })
    vi.advanceTimersByTime(44_500)
    expect((await chat()).status).toBe(200)
  })

  it('stand on errors of layers below and of upstreams, and on refused requests for models', async () => {
    const failing = new GatewayError('upstream_rate_limited', 'Their limit.', { retryAfterMs: 5_000 })
    const { chat, ask } = await open({
      principal: { keyId: 'k', rateLimit: { requestsPerMinute: 4 } },
      script: [[failing]],
    })
    startOfWindow()
    const upstream = await chat()
    expect(upstream.status).toBe(429)
    expect(limitsOf(upstream.headers)).toMatchObject({ 'x-ratelimit-remaining-requests': '3', 'retry-after': '5' })
    const unknown = await chat({ model: 'unknown' })
    expect(unknown.status).toBe(404)
    expect(unknown.headers.get('x-ratelimit-remaining-requests')).toBe('2')
    expect((await ask('/v1/models')).headers.get('x-ratelimit-remaining-requests')).toBe('1')
    expect((await ask('/v1/models/fast')).headers.get('x-ratelimit-remaining-requests')).toBe('0')
    const refused = await ask('/v1/models')
    expect(refused.status).toBe(429)
    expect(limitsOf(refused.headers)).toMatchObject({
      'x-ratelimit-remaining-requests': '0',
      'retry-after': '65',
      'x-should-retry': 'true',
    })
  })

  it('say nothing to callers without limits', async () => {
    const { chat, ask } = await open({ principal: {} })
    expect(limitsOf((await chat()).headers)).toEqual({})
    expect(limitsOf((await ask('/v1/models')).headers)).toEqual({})
  })
})

describe('tokens over HTTP', () => {
  const limited = (tokensPerMinute: number) => ({ keyId: 'k', rateLimit: { tokensPerMinute } })
  const body = JSON.stringify(chatRequest({ max_tokens: 100 })).length

  it('are reserved as an upper bound and settled with what was used', async () => {
    const { chat } = await open({ principal: limited(1_000) })
    startOfWindow()
    const first = await chat({ max_tokens: 100 })
    expect(first.headers.get('x-ratelimit-remaining-tokens')).toBe(String(1_000 - body - 100))
    const second = await chat({ max_tokens: 100 })
    // The scripted answer reports 5 tokens.
    expect(second.headers.get('x-ratelimit-remaining-tokens')).toBe(String(1_000 - 5 - body - 100))
    expect(second.headers.get('ratelimit')).toBe(`"tpm";r=${1_000 - 5 - body - 100};t=65`)
  })

  it('are capped where the caller set no cap, which is sent and named', async () => {
    const { chat, us } = await open({ principal: limited(10_000) })
    const answer = await chat()
    expect(answer.headers.get('x-modelgate-applied-max-tokens')).toBe('4096')
    const routed = await chat({ model: 'capped', stream: true })
    expect(routed.headers.get('x-modelgate-applied-max-tokens')).toBe('77')
    expect(us.calls.map(({ request }) => request.max_completion_tokens)).toEqual([4_096, 77])
  })

  it('that can never be had are refused for good', async () => {
    const { chat, us } = await open({ principal: limited(200) })
    startOfWindow()
    const refused = await chat()
    expect(refused.status).toBe(429)
    expect(limitsOf(refused.headers)).toEqual({
      'ratelimit-policy': '"tpm";q=200;w=60',
      ratelimit: '"tpm";r=200;t=0',
      'x-ratelimit-limit-tokens': '200',
      'x-ratelimit-remaining-tokens': '200',
      'x-ratelimit-reset-tokens': '0s',
      'retry-after': '60',
      'x-should-retry': 'false',
      'x-modelgate-applied-max-tokens': '4096',
    })
    expect(refused.body).toContain('can never pass the limit of 200 tokens a minute: lower `max_completion_tokens`')
    expect(us.calls).toEqual([])
  })

  it.each<[string, readonly ScriptStep[], object, number]>([
    ['a call that its upstream refuses', [new GatewayError('upstream_rate_limited', 'no')], {}, 0],
    [
      'a stream that fails before its first content, but for what it reports',
      [new GatewayError('upstream_rate_limited', 'no')],
      { stream: true },
      5,
    ],
    ['a call for a model that nobody knows', ['hi'], { model: 'unknown' }, 0],
    ['a whole stream', ['hi'], { stream: true }, 5],
  ])('are given back by %s', async (_, steps, more, used) => {
    const { chat } = await open({ principal: limited(1_000), script: [steps, ['hi']] })
    await chat({ max_tokens: 100, ...more })
    await turns()
    const left = 1_000 - used - body - 100
    expect((await chat({ max_tokens: 100 })).headers.get('x-ratelimit-remaining-tokens')).toBe(String(left))
  })

  it('are given back by a caller that leaves in the middle of a stream, but for what had passed', async () => {
    const { ask, chat, us } = await open({ principal: limited(1_000), script: [['hello ', 'you ', never], ['hi']] })
    const leaving = new AbortController()
    const answer = await ask('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(chatRequest({ max_tokens: 100, stream: true })),
      signal: leaving.signal,
    })
    await answer.body?.getReader().read()
    leaving.abort()
    expect(await us.outcomes[0]).toMatchObject({ status: 'cancelled' })
    await turns()
    const left = Number((await chat({ max_tokens: 100 })).headers.get('x-ratelimit-remaining-tokens'))
    expect(left).toBeGreaterThan(1_000 - 2 * (body + 100))
    expect(left).toBeLessThan(1_000 - (body + 100))
  })
})

describe('maxTokens of a key', () => {
  it('refuses a call that asks for more, and is what one gets that asks for nothing', async () => {
    const { chat, us } = await open({ principal: { keyId: 'k', maxTokens: 50 } })
    const refused = await chat({ max_tokens: 51 })
    expect(refused.status).toBe(400)
    expect(JSON.parse(refused.body).error).toEqual({
      message: '`max_tokens` is 51, and this key may ask for at most 50; lower it, or leave it out.',
      type: 'invalid_request_error',
      param: 'max_tokens',
      code: 'invalid_request',
    })
    expect((await chat()).headers.get('x-modelgate-applied-max-tokens')).toBe('50')
    expect(us.calls.map(({ request }) => request.max_completion_tokens)).toEqual([50])
  })
})

describe('calls at once over HTTP', () => {
  it('are refused beyond the limit, until one has ended or left', async () => {
    const { promise: end, resolve } = Promise.withResolvers<void>()
    const principal = { keyId: 'k', rateLimit: { maxConcurrentCalls: 1 } }
    const { chat, us } = await open({ principal, script: [['hi', end]] })
    const first = chat({ stream: true })
    while (us.calls.length === 0) await turns(1)
    const refused = await chat()
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('1')
    resolve()
    await first
    await turns()
    expect((await chat()).status).toBe(200)
  })

  it('are free again when a caller has left before anything came', async () => {
    const principal = { keyId: 'k', rateLimit: { maxConcurrentCalls: 1 } }
    const { server, chat, us } = await open({ principal, script: [[never], ['hi']] })
    const socket = await connect(server)
    const body = JSON.stringify(chatRequest({ stream: true }))
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
    while (us.calls.length === 0) await turns(1)
    socket.destroy()
    let status = 0
    while (status !== 200) status = (await chat()).status
    expect(us.closed).toBe(1)
  })
})

describe('in process', () => {
  it('a call with a principal is limited like any other, and one without is not', async () => {
    const { gateway } = await open({ principal: {} })
    const principal = { tenant: 'acme', userId: 'ann', rateLimit: { requestsPerMinute: 1 } }
    await gateway.chat(chatRequest(), { principal })
    expect(await rejection(gateway.chat(chatRequest(), { principal }))).toMatchObject({ code: 'rate_limited' })
    expect(await rejection(gateway.stream(chatRequest(), { principal }).completion())).toMatchObject({
      code: 'rate_limited',
    })
    await gateway.chat(chatRequest(), { principal: { ...principal, userId: 'bob' } })
    await gateway.chat(chatRequest())
  })
})

describe('a shared store', () => {
  it('is told what waits before a Lambda returns, and when the gateway closes', async () => {
    const store = steeredLimitStore(() => 0)
    const principal = { tenant: 'acme', keyId: 'k', rateLimit: { tokensPerMinute: 9_999 } }
    const { gateway } = await open({ principal: {}, limits: { store } })
    const work: Promise<unknown>[] = []
    const answer = await gateway.fetch('http://gateway.test/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(chatRequest()),
      principal,
      waitUntil: promise => void work.push(promise),
    })
    await answer.text()
    await Promise.all(work)
    expect(store.settled).toHaveLength(1)
    expect(store.settled[0]?.[0]?.tokens).toBe(5 - store.reservations[0]!.reservation.tokens)
    await gateway.chat(chatRequest(), { principal })
    await gateway.close()
    expect(store.settled).toHaveLength(2)
  })

  it('that fails lets calls be counted in memory, or refuses them, as was chosen', async () => {
    const store = steeredLimitStore(() => 0)
    store.mode = 'reject'
    const principal = { keyId: 'k', rateLimit: { requestsPerMinute: 4 } }
    const local = await open({ principal, limits: { store, expectedInstances: 2 } })
    const statuses = [await local.chat(), await local.chat(), await local.chat()].map(({ status }) => status)
    expect(statuses).toEqual([200, 200, 429])
    const closed = await open({ principal, limits: { store, onStoreError: 'closed' } })
    const refused = await closed.chat()
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(JSON.parse(refused.body).error).toMatchObject({ code: 'limits_unavailable' })
  })
})
