import { describe, expect, it, vi } from 'vitest'
import { costMeter } from '../../src/cost/cost-meter.ts'
import { priceBook } from '../../src/cost/price-book.ts'
import { unknownPriceAlarm } from '../../src/cost/unknown-price-alarm.ts'
import { GatewayError } from '../../src/errors.ts'
import { type Call, completedOutcome, failedOutcome, type Outcome, type Result } from '../../src/index.ts'
import { chatCall, rejection } from '../support/calls.ts'

const usage = { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 }
const messages = [{ role: 'user' as const, content: 'x'.repeat(36) }]
/** 36 bytes at 3.6 a token, and 4 for the message. */
const promptTokens = 14

function callAt(request: Parameters<typeof chatCall>[0] = {}): Call<'chat'> {
  const call = chatCall({ model: 'nova', messages, ...request })
  call.context.target = { provider: 'us', model: 'nova' }
  call.context.attempt = { target: 'us/nova', code: '', durationMs: 0 }
  return call
}

const priceOf = priceBook({ 'us/nova': { input: 1, output: 10 } }, [])

function settledBy(outcome: Outcome): Promise<Result<'chat'>> {
  const batches = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true as const, value: undefined }) }),
  }
  return Promise.resolve({ kind: 'stream', batches, settled: Promise.resolve(outcome) })
}

async function metered(outcome: Outcome, call = callAt()) {
  const result = await costMeter({ priceOf })(call, () => settledBy(outcome))
  return { outcome: await result.settled, spending: call.context.spending, attempt: call.context.attempt }
}

describe('costMeter', () => {
  it('puts the cost of what was reported into the outcome, the record and the spending', async () => {
    const { outcome, spending, attempt } = await metered(completedOutcome({ usage }))
    expect(outcome).toMatchObject({ usage, usageSource: 'reported', costUsd: 0.002 })
    expect(attempt).toMatchObject({ costUsd: 0.002 })
    expect(spending).toEqual({ tokens: 1_100, costUsd: 0.002, usageSource: 'reported', usage })
  })

  it.each([
    {},
    { prompt_tokens: 5 },
    { prompt_tokens: -5, completion_tokens: 1 },
    { ...usage, completion_tokens: '7' },
  ])('takes the usage %j, which no sum can be made of, for none', async odd => {
    const { outcome, spending } = await metered(completedOutcome({ usage: odd as never }))
    expect(outcome).toMatchObject({ usage: { prompt_tokens: promptTokens }, usageSource: 'estimated' })
    expect(spending).toMatchObject({ tokens: promptTokens, usageSource: 'estimated' })
  })

  it('does not know the cost of what tokens do not count', async () => {
    const { outcome, spending } = await metered(completedOutcome({ usage, unpriced: true }))
    expect(outcome).toMatchObject({ usage, costUsd: null })
    expect(spending).toMatchObject({ tokens: 1_100, costUsd: null })
  })

  it('takes from an error what was spent before it, and how sure that is', async () => {
    const call = callAt()
    const error = new GatewayError('upstream_rate_limited', 'x', { usage, usageSource: 'estimated' })
    await rejection(costMeter({ priceOf })(call, () => Promise.reject(error)))
    expect(call.context.spending).toMatchObject({ tokens: 1_100, costUsd: 0.002, usageSource: 'estimated' })
    const unpriced = new GatewayError('upstream_rate_limited', 'x', { unpriced: true })
    await rejection(costMeter({ priceOf })(call, () => Promise.reject(unpriced)))
    expect(call.context.spending).toMatchObject({ tokens: 1_100, costUsd: null })
  })

  it('sums over the attempts of a call', async () => {
    const call = callAt()
    await metered(failedOutcome(new GatewayError('stream_interrupted', 'x'), { usage }), call)
    const { spending } = await metered(completedOutcome({ usage }), call)
    expect(spending).toEqual({ tokens: 2_200, costUsd: 0.004, usageSource: 'reported', usage })
  })

  it('keeps what an attempt used where the one after it used nothing', async () => {
    const call = callAt()
    await metered(failedOutcome(new GatewayError('stream_interrupted', 'x'), { usage }), call)
    const { spending } = await metered(failedOutcome(new GatewayError('upstream_unavailable', 'x')), call)
    expect(spending).toEqual({ tokens: 1_100, costUsd: 0.002, usageSource: 'reported', usage })
  })

  it('leaves with a call how its attempt failed, and what that cost', async () => {
    const call = callAt()
    const error = new GatewayError('upstream_rate_limited', 'x', { usage })
    await rejection(costMeter({ priceOf })(call, () => Promise.reject(error)))
    expect(call.context.failedAttempt).toMatchObject({ status: 'failed', error, usage, costUsd: 0.002 })
  })

  it('asks for the price at the tier that answered, else at the one asked for; `auto` asks for none', async () => {
    const asked = vi.fn(priceOf)
    const terms = async (service_tier: 'auto' | 'flex', serviceTier?: string) => {
      const call = callAt({ service_tier })
      await (await costMeter({ priceOf: asked })(call, () => settledBy(completedOutcome({ usage, serviceTier }))))
        .settled
      return asked.mock.lastCall?.[0].terms.serviceTier
    }
    expect(await terms('flex', 'default')).toBe('default')
    expect(await terms('flex')).toBe('flex')
    expect(await terms('auto')).toBeUndefined()
  })

  it('estimates a completed answer whose server told nothing: the prompt, and what passed', async () => {
    const { outcome, spending } = await metered(completedOutcome({ completionTokensPassed: () => 7 }))
    expect(outcome).toMatchObject({
      usage: { prompt_tokens: promptTokens, completion_tokens: 7, total_tokens: promptTokens + 7 },
      usageSource: 'estimated',
      costUsd: 84e-6,
    })
    expect(spending).toMatchObject({ tokens: promptTokens + 7, usageSource: 'estimated' })
  })

  it.each(['cancelled', 'timeout_idle', 'stream_interrupted'] as const)(
    'estimates a stream that ended in %s by what passed',
    async code => {
      const { outcome } = await metered(failedOutcome(new GatewayError(code, 'x'), { completionTokensPassed: () => 7 }))
      expect(outcome).toMatchObject({ usage: { completion_tokens: 7 }, usageSource: 'estimated', costUsd: 84e-6 })
    },
  )

  it.each([
    'invalid_request',
    'upstream_rate_limited',
    'upstream_unavailable',
    'upstream_auth_failed',
    'timeout_connect',
  ] as const)('costs nothing where the upstream refused: %s', async code => {
    const call = callAt()
    const fails = () => Promise.reject(new GatewayError(code, 'x'))
    await rejection(costMeter({ priceOf })(call, fails))
    expect(call.context.attempt?.costUsd).toBe(0)
    expect(call.context.spending).toMatchObject({ tokens: 0, costUsd: 0, usageSource: 'reported', usage: undefined })
    expect(call.context.answerHeaders).toEqual({})
  })

  it('costs what passed where an upstream took its answer back', async () => {
    const taken = new GatewayError('upstream_unavailable', 'x')
    const { outcome } = await metered(failedOutcome(taken, { completionTokensPassed: () => 7 }))
    expect(outcome.costUsd).toBeCloseTo(84e-6, 12)
  })

  it('guesses what was thought unseen before a stream that broke began to answer: a hundred tokens a second, up to the cap', async () => {
    const facts = { completionTokensPassed: () => 5 }
    const startedAt = (time: number, request: Parameters<typeof chatCall>[0] = {}): Call<'chat'> => {
      const call = callAt(request)
      return { ...call, context: { ...call.context, startedAt: time } }
    }
    const left = new GatewayError('cancelled', 'left')
    const after = async (firstFrameMs: number, request: Parameters<typeof chatCall>[0] = {}) => {
      // The second attempt of a call whose first took a minute.
      const call = startedAt(performance.now() - 60_000, request)
      const { outcome } = await metered(failedOutcome(left, facts, 60_000 + firstFrameMs), call)
      expect(outcome.usageSource).toBe('estimated')
      return outcome.usage?.completion_tokens
    }
    expect(await after(1_900)).toBe(5)
    expect(await after(30_000)).toBeCloseTo(3_005, -1)
    expect(await after(30_000, { max_completion_tokens: 1_000 })).toBe(1_000)
    expect(await after(30_000, { max_completion_tokens: 1_000, n: 2 })).toBe(2_000)
    const { outcome } = await metered(completedOutcome(facts, 30_000), startedAt(performance.now()))
    expect(outcome.usage?.completion_tokens).toBe(5)
  })

  it('guesses what an abandoned answer had: a hundred tokens a second, up to its cap', async () => {
    const clock = vi.spyOn(performance, 'now')
    const abandoned = async (request: Parameters<typeof chatCall>[0]) => {
      const call = callAt(request)
      clock.mockReturnValue(1_000)
      const left = () => {
        clock.mockReturnValue(3_500)
        return Promise.reject(new GatewayError('cancelled', 'x'))
      }
      await rejection(costMeter({ priceOf })(call, left))
      return call.context.spending.usage?.completion_tokens
    }
    expect(await abandoned({})).toBe(250)
    expect(await abandoned({ max_completion_tokens: 60 })).toBe(60)
    expect(await abandoned({ max_tokens: 200, n: 3 })).toBe(600)
    clock.mockRestore()
  })

  it.each([
    {},
    { prompt_tokens: 5 },
    { prompt_tokens: 5, completion_tokens: null },
    { prompt_tokens: '5', completion_tokens: '6' },
    { prompt_tokens: -5, completion_tokens: 6 },
    { prompt_tokens: Number.NaN, completion_tokens: 6 },
    { prompt_tokens: 1e300, completion_tokens: 6 },
  ])('takes usage that is none for none: %j', async reported => {
    const facts = { usage: reported as typeof usage, completionTokensPassed: () => 7 }
    const { outcome, spending } = await metered(completedOutcome(facts))
    expect(outcome).toMatchObject({ usage: { completion_tokens: 7 }, usageSource: 'estimated', costUsd: 84e-6 })
    expect(spending.tokens).toBe(promptTokens + 7)
    const byHand = await metered({ ...completedOutcome({}), usage: reported as typeof usage, usageSource: 'reported' })
    expect(byHand.outcome).toMatchObject({ usage: { prompt_tokens: promptTokens }, usageSource: 'estimated' })
  })

  it('sums up a total that was not told', async () => {
    const told = { prompt_tokens: 5, completion_tokens: 6 } as typeof usage
    expect((await metered(completedOutcome({ usage: told }))).outcome.usage).toEqual({ ...told, total_tokens: 11 })
  })

  it('estimates what a client of its own abandoned that throws an error of its own', async () => {
    const call = { ...callAt(), signal: AbortSignal.abort(new GatewayError('timeout_total', 'x')) }
    await rejection(costMeter({ priceOf })(call, () => Promise.reject(new DOMException('aborted', 'AbortError'))))
    expect(call.context.spending).toMatchObject({ usageSource: 'estimated', usage: { prompt_tokens: promptTokens } })
  })

  it.each(['ECONNRESET', 'UND_ERR_SOCKET', 'ERR_HTTP2_STREAM_ERROR'])(
    'estimates what was lost with its connection: %s',
    async code => {
      const lost = new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) })
      const call = callAt()
      const fails = () => Promise.reject(new GatewayError('upstream_unavailable', 'x', { cause: lost }))
      await rejection(costMeter({ priceOf })(call, fails))
      expect(call.context.spending).toMatchObject({ usageSource: 'estimated', usage: { prompt_tokens: promptTokens } })
    },
  )

  it.each(['ECONNREFUSED', 'ENOTFOUND'])('costs nothing where there was no connection: %s', async code => {
    const call = callAt()
    const cause = Object.assign(new Error('x'), { code })
    const fails = () => Promise.reject(new GatewayError('upstream_unavailable', 'x', { cause }))
    await rejection(costMeter({ priceOf })(call, fails))
    expect(call.context.spending).toMatchObject({ costUsd: 0, usage: undefined })
  })

  it('asks for the price at no tier where the target could not be told of one, and for no longer tier than any', async () => {
    const asked = vi.fn(priceOf)
    const termsOf = async (dropped: boolean) => {
      const call = callAt({ service_tier: 'x'.repeat(1_000) as 'flex' })
      if (dropped) call.context.droppedParams.add('service_tier')
      await (await costMeter({ priceOf: asked })(call, () => settledBy(completedOutcome({ usage })))).settled
      return asked.mock.lastCall?.[0].terms.serviceTier
    }
    expect(await termsOf(true)).toBeUndefined()
    expect(await termsOf(false)).toHaveLength(64)
  })

  it('takes what a failed attempt says it used', async () => {
    const call = callAt()
    const failure = new GatewayError('upstream_unavailable', 'x', { usage })
    await rejection(costMeter({ priceOf })(call, () => Promise.reject(failure)))
    expect(call.context.spending).toMatchObject({ tokens: 1_100, costUsd: 0.002, usageSource: 'reported', usage })
    expect(call.context.answerHeaders).toEqual({ 'x-modelgate-cost-usd': '0.002' })
  })

  it('leaves the cost of a call unknown from the first attempt on whose price is', async () => {
    const call = callAt()
    await (await costMeter({ priceOf: () => undefined })(call, () => settledBy(completedOutcome({ usage })))).settled
    const { outcome, spending } = await metered(completedOutcome({ usage }), call)
    expect(outcome.costUsd).toBe(0.002)
    expect(spending.costUsd).toBeNull()
  })

  it('waits for no whole answer that has not settled', async () => {
    const call = callAt()
    let settle: (outcome: Outcome) => void = () => {}
    const settled = new Promise<Outcome>(resolve => {
      settle = resolve
    })
    const answer: Result<'embeddings'> = {
      kind: 'embeddings',
      embeddings: { value: { object: 'list', data: [], model: '', usage: { prompt_tokens: 1, total_tokens: 1 } } },
      settled,
    }
    const result = await costMeter({ priceOf })(call as Call, () => Promise.resolve(answer))
    settle(completedOutcome({ usage }))
    expect(await result.settled).toMatchObject({ costUsd: 0.002 })
  })
})

describe('priceBook', () => {
  const provider = { id: 'us', priceOf: () => ({ input: 9, source: 'x', asOf: 'y' }) }
  const question = { target: 'us/m', provider: 'us', model: 'm', terms: {} }

  it('knows no price where the provider fails to say it', () => {
    const fails = () => {
      throw new Error('no price list')
    }
    expect(priceBook({}, [{ id: 'us', priceOf: fails }])(question)).toBeUndefined()
  })

  it("takes a target's price, then the bare model's, then the provider's", () => {
    expect(priceBook({ 'us/m': { input: 1 }, m: { input: 2 } }, [provider])(question)?.input).toBe(1)
    expect(priceBook({ m: { input: 2 } }, [provider])(question)?.input).toBe(2)
    expect(priceBook({}, [provider])(question)?.input).toBe(9)
    expect(priceBook({}, [{ id: 'us' }])(question)).toBeUndefined()
    expect(priceBook({}, [provider])({ ...question, model: 'toString', provider: 'other' })).toBeUndefined()
  })
})

describe('unknownPriceAlarm', () => {
  const ask = (target: string) => ({ target, provider: 'p', model: 'm', terms: {} })

  it('tells at once, then once a minute and target, with how many there were', () => {
    let now = 0
    const onError = vi.fn()
    const alarm = unknownPriceAlarm(onError, () => now)
    alarm(ask('a/x'), 'call-1')
    alarm(ask('a/x'), 'call-2')
    alarm(ask('b/y'), 'call-3')
    expect(onError.mock.calls.map(([, callId]) => callId)).toEqual(['call-1', 'call-3'])
    now = 60_000
    alarm(ask('a/x'), 'call-4')
    expect(onError.mock.lastCall?.[0].message).toContain('a/x')
    expect(onError.mock.lastCall?.[0].message).toContain('1 more attempt')
  })

  it('tells apart a hundred targets: callers may choose models', () => {
    const onError = vi.fn()
    const alarm = unknownPriceAlarm(onError, () => 0)
    for (let model = 0; model < 1_000; model += 1) alarm(ask(`a/${model}`), 'call')
    expect(onError).toHaveBeenCalledTimes(101)
  })
})
