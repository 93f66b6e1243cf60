import { describe, expect, it, vi } from 'vitest'
import type { AttemptPermit } from '../src/attempt-guard.ts'
import type { CallerCredentials } from '../src/caller-credentials.ts'
import type { Call } from '../src/contract.ts'
import { type ErrorCode, GatewayError } from '../src/errors.ts'
import {
  apiKeys,
  callProvider,
  contextLayer,
  createGateway,
  createRouter,
  type GatewayOptions,
  memoryKeyStore,
  type Provider,
} from '../src/index.ts'
import { BudgetedRetries } from '../src/resilience/budgeted-retries.ts'
import { createResilience } from '../src/resilience/resilience.ts'
import { type ScriptStep, scriptedProvider } from '../src/testing/index.ts'
import { chatCall, chatRequest, rejection } from './support/calls.ts'

const theirs = (name: string, provider = 'us'): CallerCredentials => ({
  provider,
  owner: `own:${name}`,
  identity: `hash-of-${name}`,
})

/** A provider that takes `x-own` for credentials. */
function taker(id: string, ...script: readonly (readonly ScriptStep[])[]) {
  return {
    ...scriptedProvider(id, ...script),
    callerCredentials: (headers: Readonly<Record<string, string | undefined>>) =>
      headers['x-own'] === undefined ? undefined : theirs(headers['x-own'], id),
  }
}

function open(
  options: Partial<Omit<GatewayOptions, 'providers' | 'routes'>> = {},
  provider: Provider = taker('us', ['Hi']),
) {
  const gateway = createGateway({
    providers: [provider],
    auth: apiKeys(memoryKeyStore([{ key: 'good', userId: 'ann' }])),
    callerCredentials: 'alone',
    retry: { enabled: false },
    onError: () => undefined,
    ...options,
  })
  const ask = async (headers: Record<string, string>, address?: string): Promise<[number, string]> => {
    const answer = await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ ...chatRequest(), model: 'us-1' }),
      address,
    })
    const body = (await answer.json()) as { error?: { code: string } }
    return [answer.status, body.error?.code ?? 'none']
  }
  return { gateway, ask }
}

const own = { 'x-provider': 'us', 'x-own': 'ann' }

describe('a caller with credentials alone', () => {
  it('comes in where the key that came with them is in no store, however long that takes to say', async () => {
    const findByHash = () => Promise.resolve(undefined)
    const { ask } = open({ auth: apiKeys({ findByHash }) })
    expect(await ask({ ...own, authorization: 'Bearer of-an-upstream' })).toEqual([200, 'none'])
  })

  it('costs no budget of the gateway’s, whoever else pays', async () => {
    const budgets = { eachTenant: { usdPerDay: 0 } }
    const { ask, gateway } = open({ budgets, callerCredentials: 'with-key' })
    const key = { authorization: 'Bearer good' }
    expect(await ask({ ...key })).toEqual([429, 'budget_exceeded'])
    expect(await ask({ ...key, ...own })).toEqual([200, 'none'])
    expect(await gateway.budgets.spending({ of: 'tenant', name: 'ann' })).toMatchObject({ usdToday: 0 })
  })

  it('does not where the key cannot be checked, came twice as two, or is of this gateway’s form', async () => {
    const findByHash = () => Promise.reject(new Error('down'))
    const { ask } = open({ auth: apiKeys({ findByHash }, { onError: () => undefined }) })
    expect(await ask({ ...own, authorization: 'Bearer of-an-upstream' })).toEqual([503, 'keys_unavailable'])
    const two = { ...own, authorization: 'Bearer one', 'x-api-key': 'another' }
    expect(await ask(two)).toEqual([401, 'unauthenticated'])
    expect(await ask({ ...own, authorization: 'Bearer mg_live_x' })).toEqual([401, 'unauthenticated'])
  })

  it('is limited where nobody is asked for a key, and whom the host knows is who the host says', async () => {
    const reports: (string | undefined)[] = []
    const { ask, gateway } = open({ auth: 'none', onReport: ({ userId }) => void reports.push(userId) })
    for (let count = 0; count < 10; count += 1) expect((await ask(own))[0]).toBe(200)
    expect(await ask(own)).toEqual([429, 'rate_limited'])
    await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...own },
      body: JSON.stringify({ ...chatRequest(), model: 'us-1' }),
      principal: { tenant: 'host', userId: 'known-to-the-host' },
    })
    expect([...new Set(reports)]).toEqual(['own:ann', 'known-to-the-host'])
  })

  it('whom the upstream refuses is counted by the address that proxies tell', async () => {
    const refused = new GatewayError('upstream_auth_failed', 'no', { status: 401 })
    const { ask } = open(
      { trustProxy: 1, limits: { tiers: { free: {} } }, coolDown: { enabled: false } },
      taker('us', [refused]),
    )
    const from = (address: string) => ask({ ...own, 'x-forwarded-for': address }, '10.0.0.1')
    for (let count = 0; count < 30; count += 1) expect((await from('192.0.2.1'))[0]).toBe(401)
    expect(await from('192.0.2.1')).toEqual([429, 'rate_limited'])
    expect((await from('192.0.2.2'))[0]).toBe(401)
  })

  it.each(['upstream_unavailable', 'invalid_request', 'context_length_exceeded'] as const)(
    'is counted by address whatever its requests fail of, until they have been answered once: %s',
    async code => {
      const open30 = {
        limits: { tiers: { free: {} } },
        coolDown: { enabled: false },
        circuitBreaker: { enabled: false },
      }
      const failed = new GatewayError(code, 'no')
      const { ask } = open(open30, taker('us', ['Hi'], ...Array.from({ length: 62 }, () => [failed])))
      const by = (name: string) => ask({ ...own, 'x-own': name }, '192.0.2.1')
      expect((await by('good'))[0]).toBe(200)
      for (let count = 0; count < 31; count += 1) expect((await by('good'))[1]).toBe(code)
      for (let count = 0; count < 30; count += 1) expect((await by(`made-up-${count}`))[1]).toBe(code)
      expect(await by('made-up')).toEqual([429, 'rate_limited'])
      expect((await by('good'))[1]).toBe(code)
    },
  )

  it('shuts out no neighbour by asking too often', async () => {
    const { ask } = open({}, taker('us', [new GatewayError('invalid_request', 'no')]))
    const by = (name: string) => ask({ ...own, 'x-own': name }, '192.0.2.1')
    for (let count = 0; count < 40; count += 1) await by('hasty')
    expect(await by('hasty')).toEqual([429, 'rate_limited'])
    expect((await by('neighbour'))[1]).toBe('invalid_request')
  })

  it('is not lent the facts of the gateway; who has a key, too, is', async () => {
    let searches = 0
    const facts = contextLayer(
      (call, next) => {
        searches += 1
        return next(call)
      },
      {
        maxTokens: 500,
        health: () => ({ source: 'facts', state: 'idle', breaker: 'closed', isRequired: true }),
        tellFailures: () => {},
        close: async () => {},
      },
    )
    const { ask } = open({ context: facts })
    expect(await ask(own)).toEqual([200, 'none'])
    expect(searches).toBe(0)
    expect(await ask({ ...own, authorization: 'Bearer good' })).toEqual([200, 'none'])
    expect(searches).toBe(1)
  })

  it('is counted among the calls under no name of its own, and not in what the gateway spends', async () => {
    const prices = { 'us/us-1': { input: 1, output: 1, source: 'https://prices.example', asOf: '2026-11-20' } }
    const { ask, gateway } = open({ metrics: true, prices })
    const costs = () =>
      gateway.metrics()?.calls.map(({ calls, costUsd, unknownCosts }) => [calls, costUsd > 0, unknownCosts])
    await ask(own)
    expect(costs()).toEqual([[1, false, 0]])
    await ask({ authorization: 'Bearer good' })
    expect(costs()).toEqual([
      [1, false, 0],
      [1, true, 0],
    ])
    expect(gateway.metrics()?.calls.map(({ tenant }) => tenant)).toEqual(['other', 'ann'])
    const unpriced = open({ metrics: true })
    await unpriced.ask(own)
    expect(unpriced.gateway.metrics()?.calls).toMatchObject([{ calls: 1, costUsd: 0, unknownCosts: 0 }])
  })

  it('is told by streams as by whole answers that the upstream refused', async () => {
    const refused = new GatewayError('upstream_auth_failed', 'no', { status: 403 })
    const { gateway } = open({}, taker('us', [refused]))
    const answer = await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...own },
      body: JSON.stringify({ ...chatRequest({ stream: true }), model: 'us-1' }),
    })
    expect(answer.status).toBe(403)
  })
})

describe('the option', () => {
  it('needs a provider that takes credentials', () => {
    const options = { providers: [scriptedProvider('us', ['Hi'])], callerCredentials: 'alone' } as const
    expect(() => createGateway(options)).toThrow(
      'callerCredentials: none of the providers takes credentials of callers',
    )
  })

  it('is one of two words', () => {
    expect(() => open({ callerCredentials: 'yes' as 'alone' })).toThrow('must be one of with-key, alone')
  })
})

describe('the state of targets', () => {
  const fault = (code: ErrorCode): GatewayError => new GatewayError(code, code)
  const asking = (by: CallerCredentials | undefined): Call => {
    const call = chatCall({}, by ? { callerCredentials: by } : {})
    call.context.attempt = { target: 'us/x', code: '', durationMs: 0 }
    return call
  }

  it('is kept for each caller’s credentials, and apart from the gateway’s', () => {
    const onStateChange = vi.fn()
    const bulkhead = { maxConcurrentCalls: 9 }
    const { guard, targets, reset } = createResilience({ circuitBreaker: { onStateChange }, bulkhead }, () => undefined)
    const admit = (by?: CallerCredentials) => guard.admit(asking(by), false) as AttemptPermit
    for (let count = 0; count < 5; count += 1) admit(theirs('bad')).end(fault('upstream_unavailable'))
    expect([theirs('bad'), theirs('good'), undefined].map(by => admit(by).isRefused)).toEqual([true, false, false])
    expect(targets()).toMatchObject([{ target: 'us/x', state: 'closed', calls: 0, failures: 0, inFlight: 1 }])
    expect(onStateChange).not.toHaveBeenCalled()
    reset('us/x')
    expect(admit(theirs('bad')).isRefused).toBe(false)
  })

  it('has places for each', () => {
    const { guard } = createResilience({ bulkhead: { maxConcurrentCalls: 1 } }, () => undefined)
    const isRefused = (by?: CallerCredentials) => (guard.admit(asking(by), false) as AttemptPermit).isRefused
    expect([theirs('a'), theirs('a'), theirs('b'), undefined].map(isRefused)).toEqual([false, true, false, false])
  })

  it('is not pushed out by callers who bring thousands', () => {
    const { guard } = createResilience({}, () => undefined)
    ;(guard.admit(asking(undefined), false) as AttemptPermit).end(fault('upstream_rate_limited'))
    for (let count = 0; count < 3_000; count += 1) {
      const permit = guard.admit(asking(theirs(String(count))), false) as AttemptPermit
      permit.end(fault('upstream_auth_failed'))
    }
    expect(guard.admit(asking(undefined), false)).toMatchObject({ isRefused: true, code: 'cooling_down' })
  })

  it('has retry budgets for each', () => {
    const retries = new BudgetedRetries({ minRetries: 1, now: () => 0 })
    const [a, b] = [retries.forCaller(theirs('a')), retries.forCaller(theirs('b'))]
    expect([a, a, b, retries, b].map(policy => policy.take('us/x'))).toEqual([true, false, true, true, false])
    expect(retries.forCaller(theirs('a')).take('us/x')).toBe(false)
  })

  it('teaches strategies, and wakes the operator, by the gateway’s own calls alone', async () => {
    const providers = [scriptedProvider('us', ['Hi'], [fault('upstream_auth_failed')])]
    const onAttemptFailed = vi.fn()
    const random = () => 0.5
    const routes = { fast: { targets: ['us/x', 'us/y'], strategy: 'least-latency' as const } }
    const options = { providers, routes, exposeModels: 'all' as const, maxAttempts: 1, random, onAttemptFailed }
    const router = createRouter(options, callProvider(providers))
    const askedAs = async (by: CallerCredentials | undefined): Promise<string | undefined> => {
      const call = chatCall({}, by ? { callerCredentials: by, pinnedProvider: 'us' } : {})
      await router(call).catch(() => undefined)
      return call.context.attempts[0]?.target
    }
    await askedAs(undefined)
    const theirFirst = await askedAs(theirs('a'))
    expect([await askedAs(theirs('b')), await askedAs(theirs('c'))]).toEqual([theirFirst, theirFirst])
    expect(onAttemptFailed).not.toHaveBeenCalled()
    // A target that has failed the gateway comes after the other.
    expect(await askedAs(undefined)).toBe(theirFirst)
    expect(await askedAs(undefined)).not.toBe(theirFirst)
    expect(onAttemptFailed).toHaveBeenCalledTimes(2)
  })
})

it('no other provider is handed a call that brings credentials', async () => {
  const other = scriptedProvider('eu', ['Hi'])
  const call = chatCall({ model: 'x' }, { callerCredentials: theirs('a') })
  call.context.target = { provider: 'eu', model: 'x' }
  expect(await rejection(callProvider([other])(call))).toMatchObject({ code: 'invalid_request' })
  expect(other.calls).toEqual([])
})
