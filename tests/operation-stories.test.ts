import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { doorRoutes } from '../packages/core/src/http/door-routes.ts'
import { type Answer, OperationRig } from './operations/operation-rig.ts'
import { operationStories, type RouteName, routes } from './operations/operation-table.ts'

describe('the table of operations', () => {
  it('has every route that the door serves, and no other', () => {
    const told = new Set(operationStories.map(({ doorRoute }) => doorRoute))
    expect([...told].toSorted()).toEqual(doorRoutes.map(({ method, path }) => `${method} ${path}`).toSorted())
  })
})

const keys = [
  { key: 'sk-good', userId: 'good' },
  { key: 'sk-revoked', userId: 'revoked', active: false },
  { key: 'sk-expired', userId: 'expired', expiresAt: '2020-01-01T00:00:00Z' },
  { key: 'sk-health', userId: 'health', permissions: ['health'] },
  { key: 'sk-other', userId: 'other', allowedRoutes: ['other talk', 'other embed'] },
]

/**
 * As the pages have it, 2026-11-20.
 * @see https://developers.openai.com/api/docs/pricing
 * @see https://aws.amazon.com/bedrock/pricing/
 */
const usdPerMillionTokens: Readonly<Record<RouteName, { readonly input: number; readonly output: number }>> = {
  talk: { input: 0.15, output: 0.6 },
  embed: { input: 0.02, output: 0 },
  'other talk': { input: 3, output: 15 },
  'other embed': { input: 0.02, output: 0 },
}
/** Callers whom no answer may tell apart, but for whether a key came. */
const strangers: Readonly<Record<string, string | undefined>> = {
  'no key': undefined,
  'a key that nobody has': 'sk-nobody',
  'a key of our form that is misspelt': `mg_live_${'x'.repeat(49)}`,
  'a revoked key': 'sk-revoked',
  'an expired key': 'sk-expired',
}

describe.each(operationStories)('$name, by key', story => {
  let rig: OperationRig
  beforeAll(async () => {
    rig = await OperationRig.open(keys)
  })
  afterAll(() => rig[Symbol.asyncDispose]())

  it.each(Object.entries(strangers))(
    'is refused to %s, in the same words as to any other with one or none',
    async (_name, key) => {
      const before = rig.upstreamRequests
      const another = key === undefined ? undefined : 'sk-of-another'
      const [answer, toNobody] = [await rig.ask(story, { key }), await rig.ask(story, { key: another })]
      expect(answer).toMatchObject({ status: 401, error: { code: 'unauthenticated' } })
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
      expect(comparable(answer)).toEqual(comparable(toNobody))
      expect(rig.upstreamRequests).toBe(before)
    },
  )

  it('is refused to a key without the scope, which is named', async () => {
    const before = rig.upstreamRequests
    const answer = await rig.ask(story, { key: 'sk-health' })
    expect(answer).toMatchObject({ status: 403, error: { code: 'permission_denied' } })
    expect(answer.error?.message).toContain("'completions'")
    expect(rig.upstreamRequests).toBe(before)
  })

  it('is given to a key that may use another route only for that route', async () => {
    const before = rig.upstreamRequests
    const answer = await rig.ask(story, { key: 'sk-other' })
    if (story.call) expect(answer).toMatchObject({ status: 403, error: { code: 'permission_denied', param: 'model' } })
    else if (story.doorRoute.endsWith('{id}')) expect(answer).toMatchObject({ status: 404, error: { param: 'model' } })
    else expect(idsOf(answer)).toEqual(['other talk', 'other embed'])
    expect(rig.upstreamRequests).toBe(before)
    const other = await rig.ask(story, { key: 'sk-other', route: story.otherRoute })
    expect(other).toMatchObject({ status: 200, text: expect.stringMatching(story.answered) })
  })

  it('is given to a key that may', async () => {
    const answer = await rig.ask(story, { key: 'sk-good' })
    expect(answer).toMatchObject({ status: 200, text: expect.stringMatching(story.answered) })
  })
})

describe.each(operationStories)('$name, by limit', story => {
  const limited = [
    { key: 'sk-two', userId: 'two', rateLimit: { requestsPerMinute: 2, requestsPerHour: 3 } },
    { key: 'sk-next', userId: 'next', rateLimit: { requestsPerMinute: 2 } },
    { key: 'sk-free', userId: 'free', tier: 'free' },
    { key: 'sk-tokens', userId: 'tokens', rateLimit: { tokensPerMinute: 100_000 } },
    { key: 'sk-few', userId: 'few', rateLimit: { tokensPerMinute: 5 } },
    { key: 'sk-one', userId: 'one', rateLimit: { maxConcurrentCalls: 1 } },
    { key: 'sk-unlimited', userId: 'unlimited' },
  ]
  let rig: OperationRig
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    rig = await OperationRig.open(limited)
  })
  afterEach(async () => {
    vi.useRealTimers()
    await rig[Symbol.asyncDispose]()
  })

  it('is given as often as the limit says, and refused the next time without a word to the upstream', async () => {
    const [first, second] = [await rig.ask(story, { key: 'sk-two' }), await rig.ask(story, { key: 'sk-two' })]
    const seen = rig.upstreamRequests
    expect([first.status, second.status, seen]).toEqual([200, 200, story.call ? 2 : 0])
    expect(limitHeaders(first)).toEqual({
      'x-ratelimit-limit-requests': '2',
      'x-ratelimit-remaining-requests': '1',
      'ratelimit-policy': '"rpm";q=2;w=60, "rph";q=3;w=3600',
      ratelimit: expect.stringMatching(/^"rpm";r=1;t=\d+, "rph";r=2;t=\d+$/),
    })
    expect(limitHeaders(second)).toMatchObject({ 'x-ratelimit-remaining-requests': '0' })

    const refused = await rig.ask(story, { key: 'sk-two' })
    expect(refused).toMatchObject({ status: 429, error: { code: 'rate_limited', type: 'rate_limit_error' } })
    expect(limitHeaders(refused)).toMatchObject({ 'x-ratelimit-remaining-requests': '0' })
    expect(refused.headers.get('x-should-retry')).toBe('true')
    const retryAfter = Number(refused.headers.get('retry-after'))
    // A window, and at most the sub-window by which it is counted too long.
    expect(retryAfter).toBeGreaterThanOrEqual(60)
    expect(retryAfter).toBeLessThanOrEqual(65)
    expect(rig.upstreamRequests).toBe(seen)
    expect(await rig.ask(story, { key: 'sk-next' })).toMatchObject({ status: 200 })

    vi.advanceTimersByTime((retryAfter - 6) * 1_000)
    expect(await rig.ask(story, { key: 'sk-two' })).toMatchObject({ status: 429 })
    vi.advanceTimersByTime(6_000)
    expect(await rig.ask(story, { key: 'sk-two' })).toMatchObject({ status: 200 })
    const byHour = await rig.ask(story, { key: 'sk-two' })
    expect(byHour).toMatchObject({ status: 429, error: { message: expect.stringContaining('an hour') } })
    expect(Number(byHour.headers.get('retry-after'))).toBeGreaterThan(3_400)
  })

  it('is limited by its tier, and not at all where nothing says so', async () => {
    const tiered = await rig.ask(story, { key: 'sk-free' })
    expect(tiered.headers.get('ratelimit-policy')).toBe('"rpm";q=10;w=60, "rph";q=100;w=3600')
    expect(limitHeaders(await rig.ask(story, { key: 'sk-unlimited' }))).toEqual({})
  })

  if (story.call) {
    it('reserves the most tokens it may use, and gives back what it did not', async () => {
      const remaining = async () => {
        const { headers } = await rig.ask(story, { key: 'sk-tokens' })
        await rig.simulator.settled()
        return Number(headers.get('x-ratelimit-remaining-tokens'))
      }
      const first = await remaining()
      await rig.reported(1)
      const second = await remaining()
      const used = rig.reports[0]?.usage?.total_tokens ?? Number.NaN
      expect(used).toBeGreaterThan(0)
      expect(100_000 - first).toBeGreaterThanOrEqual(used)
      expect(first - second).toBe(used)
    })

    it('is refused for ever where it may use more tokens than a minute has', async () => {
      const refused = await rig.ask(story, { key: 'sk-few' })
      expect(refused).toMatchObject({ status: 429, error: { code: 'rate_limited' } })
      expect(refused.headers.get('x-should-retry')).toBe('false')
      expect(rig.upstreamRequests).toBe(0)
    })

    it('waits for the one before it where one at once is allowed', async () => {
      rig.simulator.setFaults([{ match: { times: 1 }, fault: { kind: 'delay', ms: 3_600_000 } }])
      const leaving = new AbortController()
      const held = expect(rig.ask(story, { key: 'sk-one', signal: leaving.signal })).rejects.toThrow()
      await rig.simulator.waitFor(({ outcome }) => outcome === 'open')
      expect(await rig.ask(story, { key: 'sk-one' })).toMatchObject({ status: 429, error: { code: 'rate_limited' } })
      leaving.abort()
      await held
      await rig.reported(2)
      expect(await rig.ask(story, { key: 'sk-one' })).toMatchObject({ status: 200 })
    })

    it('gives tokens back when its caller leaves', async () => {
      const full =
        100_000 - Number((await rig.ask(story, { key: 'sk-tokens' })).headers.get('x-ratelimit-remaining-tokens'))
      await rig.reported(1)
      rig.simulator.setFaults([{ match: { times: 1 }, fault: { kind: 'delay', ms: 3_600_000 } }])
      const leaving = new AbortController()
      const left = expect(rig.ask(story, { key: 'sk-tokens', signal: leaving.signal })).rejects.toThrow()
      await rig.simulator.waitFor(({ outcome }) => outcome === 'open')
      leaving.abort()
      await left
      await rig.reported(2)
      const after = await rig.ask(story, { key: 'sk-tokens' })
      const used = rig.records.slice(0, 2).reduce((sum, { tokens }) => sum + (tokens ?? Number.NaN), 0)
      expect(Number(after.headers.get('x-ratelimit-remaining-tokens'))).toBe(100_000 - used - full)
    })
  } else {
    it('needs no tokens', async () => {
      expect(await rig.ask(story, { key: 'sk-few' })).toMatchObject({ status: 200 })
      for (let time = 0; time < 3; time += 1)
        expect(await rig.ask(story, { key: 'sk-tokens' })).toMatchObject({ status: 200 })
    })
  }
})

describe.each(operationStories)('$name, by cost', story => {
  let rig: OperationRig
  beforeEach(async () => {
    rig = await OperationRig.open(keys)
  })
  afterEach(() => rig[Symbol.asyncDispose]())

  if (!story.call) {
    it('is no call: it costs nothing, and nothing of it is logged', async () => {
      const answer = await rig.ask(story, { key: 'sk-good' })
      expect(answer.headers.get('x-modelgate-cost-usd')).toBeNull()
      expect([rig.reports, rig.records]).toEqual([[], []])
    })
    return
  }
  const { operation, stream } = story.call

  it.each([story.route, story.otherRoute])('is told with what it cost by the price of its model: %s', async route => {
    const answer = await rig.ask(story, { key: 'sk-good', route })
    expect(answer).toMatchObject({ status: 200 })
    await rig.reported(1)
    const [report] = rig.reports
    const [record] = rig.records
    const usage = report?.usage
    expect(report).toMatchObject({ operation, stream, status: 'completed', usageSource: 'reported' })
    const { prompt_tokens: prompt = Number.NaN, completion_tokens: completion = 0 } = usage ?? {}
    expect(prompt).toBeGreaterThan(0)
    const { input, output } = usdPerMillionTokens[route]
    const costUsd = (prompt * input + completion * output) / 1_000_000
    expect(report?.costUsd).toBeCloseTo(costUsd, 12)
    expect(report?.attempts).toEqual([expect.objectContaining({ code: '200', costUsd: report?.costUsd })])
    expect(record).toMatchObject({
      requestId: answer.headers.get('x-request-id'),
      userId: 'good',
      target: routes[route][0],
      route,
      cost: report?.costUsd,
      promptTokens: prompt,
      tokens: prompt + completion,
      usageSource: 'reported',
      status: 'completed',
      errorCode: null,
    })
    const header = answer.headers.get('x-modelgate-cost-usd')
    if (stream) expect(header).toBeNull()
    else expect(Number(header)).toBeCloseTo(costUsd, 9)
  })

  it.each([story.route, story.otherRoute])('costs what it used where its caller leaves: %s', async route => {
    rig.simulator.setFaults([{ fault: stream ? { kind: 'stall', afterFrames: 5 } : { kind: 'delay', ms: 3_600_000 } }])
    const leaving = new AbortController()
    const asked = rig.fetch(story, { key: 'sk-good', route, signal: leaving.signal })
    if (stream) await readSome(await asked, /"(?:content|delta)":"[^"]*5/)
    else await rig.simulator.waitFor(({ outcome }) => outcome === 'open')
    leaving.abort()
    if (!stream) await expect(asked).rejects.toThrow()
    await rig.reported(1)
    const [report] = rig.reports
    const [record] = rig.records
    expect(report).toMatchObject({ operation, stream, status: 'cancelled', usageSource: 'estimated' })
    expect(report?.costUsd).toBeGreaterThan(0)
    expect(report?.attempts).toEqual([expect.objectContaining({ costUsd: report?.costUsd })])
    expect(record).toMatchObject({ status: 'cancelled', cost: report?.costUsd, usageSource: 'estimated' })
    expect(record?.tokens).toBeGreaterThan(0)
    if (stream) expect(record?.completionTokens).toBeGreaterThan(0)
  })

  it('costs nothing where the upstream refuses it', async () => {
    rig.simulator.setFaults([{ fault: { kind: 'status', status: 400 } }])
    expect(await rig.ask(story, { key: 'sk-good' })).toMatchObject({ status: 400 })
    await rig.reported(1)
    expect(rig.records[0]).toMatchObject({ status: 'failed', errorCode: 'invalid_request', cost: 0 })
  })

  it('costs nothing, and is logged, where the key may not make it', async () => {
    expect(await rig.ask(story, { key: 'sk-health' })).toMatchObject({ status: 403 })
    expect(rig.records).toEqual([
      expect.objectContaining({ userId: 'health', status: 'failed', errorCode: 'permission_denied', cost: 0 }),
    ])
  })
})

function idsOf({ text }: Answer): string[] {
  return (JSON.parse(text) as { data: { id: string }[] }).data.map(({ id }) => id)
}

/** All of an answer but what is new in each. */
function comparable({ status, headers, text }: Answer): unknown {
  const kept = [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date')
  return { status, text, headers: kept }
}

/** Those that tell of limits; when they are as they were is a matter of the clock, and left out. */
function limitHeaders({ headers }: Answer): Record<string, string> {
  const told = [...headers].filter(([name]) => name.includes('ratelimit') && !name.includes('-reset-'))
  return Object.fromEntries(told)
}

/** Reads an answer until it holds something. */
async function readSome(response: Response, expected: RegExp): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of response.body!) {
    text += decoder.decode(bytes as Uint8Array, { stream: true })
    if (expected.test(text)) return
  }
  throw new Error(`The answer ended without ${expected}: ${text}`)
}
