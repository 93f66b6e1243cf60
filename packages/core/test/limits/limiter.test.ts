import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Permit } from '../../src/limits/call-permit.ts'
import { Limiter, type LimiterOptions } from '../../src/limits/limiter.ts'
import { memoryLimitStore } from '../../src/limits/memory-limit-store.ts'
import type { Principal } from '../../src/principal.ts'
import type { RateLimit } from '../../src/rate-limit.ts'
import { rejection } from '../support/calls.ts'
import { steeredLimitStore } from '../support/steered-limit-store.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'], now: 0 }))
afterEach(() => void vi.useRealTimers())

const principalOf = (rateLimit: RateLimit, keyId = 'k'): Principal => ({ tenant: 'acme', keyId, rateLimit })

function limited(rateLimit: RateLimit, options: Partial<LimiterOptions> = {}) {
  const startMs = performance.now()
  const now = () => performance.now() - startMs
  const store = steeredLimitStore(now)
  const onError = vi.fn()
  const limiter = new Limiter({ store, now, onError, ...options })
  const headers: Record<string, string> = {}
  const admit = async (tokens = 0, keyId?: string): Promise<Permit | undefined> =>
    limiter.admit({ plan: limiter.planOf(principalOf(rateLimit, keyId))!, tokens, headers })
  return { limiter, store, admit, headers, onError, now }
}

/** What the store holds against the subject. */
function usedIn(store: ReturnType<typeof steeredLimitStore>, quota: number): number {
  const windows = [{ meter: 'tokens', windowMs: 60_000, quota }] as const
  return quota - store.memory.reserve({ subject: 'key:k', windows, tokens: 0 }, []).windows[0]!.remaining
}

describe('Limiter', () => {
  it('answers at once where the store does, and has nothing to be told where only requests are counted', () => {
    const limiter = new Limiter({ onError: vi.fn() })
    const plan = limiter.planOf(principalOf({ requestsPerMinute: 1 }))!
    const headers: Record<string, string> = {}
    expect(limiter.admit({ plan, tokens: 0, headers })).toBeUndefined()
    expect(headers['x-ratelimit-remaining-requests']).toBe('0')
    expect(() => limiter.admit({ plan, tokens: 0, headers })).toThrow(
      expect.objectContaining({ code: 'rate_limited', retryAfterMs: expect.any(Number) }),
    )
  })

  it('tells of a tier that nobody knows, once a minute, and not of one without limits', async () => {
    const { limiter, onError } = limited({}, { tiers: { label: {} } })
    const callWith = (tier: string) => limiter.planOf({ tenant: 'acme', tier, rateLimit: { requestsPerMinute: 1 } })
    callWith('label')
    callWith('free')
    expect(onError).not.toHaveBeenCalled()
    callWith('premum')
    callWith('fre')
    expect(limiter.planOf({ tenant: 'acme', tier: 'premum' })).toBeUndefined()
    expect(onError).toHaveBeenCalledTimes(1)
    expect(onError.mock.lastCall).toEqual([
      expect.objectContaining({ message: expect.stringContaining("The tier 'premum' is not known") }),
    ])
    await vi.advanceTimersByTimeAsync(60_000)
    callWith('fre')
    expect(onError).toHaveBeenCalledTimes(2)
  })

  it('lets a settlement ride on its subject’s next reservation', async () => {
    const { store, admit } = limited({ tokensPerMinute: 1_000 })
    const permit = await admit(400)
    permit?.settle(100)
    permit?.settle(0)
    await admit(700)
    expect(store.reservations.map(({ settlements }) => settlements.map(({ tokens }) => tokens))).toEqual([[], [-300]])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(store.settled).toEqual([])
  })

  it('writes a settlement for which no reservation came after a second, with one timer for all', async () => {
    const { store, admit } = limited({ tokensPerMinute: 12 })
    const permits = [await admit(10, 'a'), await admit(10, 'b')]
    permits[0]?.settle(1)
    await vi.advanceTimersByTimeAsync(400)
    permits[1]?.settle(30)
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(599)
    expect(store.settled).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(store.settled.map(([one]) => [one?.subject, one?.tokens])).toEqual([['key:a', -9]])
    await vi.advanceTimersByTimeAsync(400)
    expect(store.settled.map(([one]) => [one?.subject, one?.tokens]).slice(1)).toEqual([['key:b', 20]])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('writes what waits since a second, though more of it comes', async () => {
    const { store, admit } = limited({ tokensPerMinute: 50 })
    const permits = await Promise.all([1, 2, 3, 4].map(() => admit(10)))
    for (const permit of permits) {
      permit?.settle(0)
      await vi.advanceTimersByTimeAsync(400)
    }
    expect(store.settled.map(settlements => settlements.map(({ tokens }) => tokens))).toEqual([[-30]])
  })

  it('gives back the tokens of 200 calls that began one after another and end together', async () => {
    const { store, admit } = limited({ tokensPerMinute: 21_000 })
    const permits: (Permit | undefined)[] = []
    for (let call = 0; call < 200; call += 1) {
      permits.push(await admit(100))
      await vi.advanceTimersByTimeAsync(1)
    }
    for (const permit of permits) permit?.settle(1)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(usedIn(store, 21_000)).toBe(200)
  })

  it('writes what waits when it is flushed, and when it closes', async () => {
    const { limiter, store, admit } = limited({ tokensPerMinute: 12 })
    ;(await admit(10))?.settle(1)
    await limiter.flush()
    expect(store.settled).toHaveLength(1)
    ;(await admit(10))?.settle(1)
    await limiter.close()
    expect(store.settled).toHaveLength(2)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('lets what is given back of a quota with enough left only ride, until its window has passed', async () => {
    const { limiter, store, admit } = limited({ tokensPerMinute: 1_000 })
    ;(await admit(10))?.settle(1)
    await limiter.flush()
    await vi.advanceTimersByTimeAsync(50_000)
    ;(await admit(10))?.settle(3)
    expect(store.reservations[1]?.settlements).toMatchObject([{ tokens: -9 }])
    await vi.advanceTimersByTimeAsync(60_000)
    await admit(10)
    await limiter.close()
    expect(store.reservations[2]?.settlements).toEqual([])
    expect(store.settled).toEqual([])
  })

  it('writes on its own what was used beyond a reservation, however much is left', async () => {
    const { store, admit } = limited({ tokensPerMinute: 1_000 })
    ;(await admit(10))?.settle(12)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(store.settled).toMatchObject([[{ tokens: 2 }]])
  })

  it('does not wait longer than the store has when it is flushed', async () => {
    const { limiter, store, admit } = limited({ tokensPerMinute: 1_000 })
    ;(await admit(10))?.settle(1)
    store.mode = 'hold'
    const flushed = limiter.flush()
    await vi.advanceTimersByTimeAsync(50)
    await flushed
  })

  it('keeps what it cannot write, and gives it up once its window has passed', async () => {
    const { store, admit } = limited({ tokensPerMinute: 1_000 })
    const [early, late] = [await admit(100), await admit(100)]
    early?.settle(0)
    store.mode = 'reject'
    await vi.advanceTimersByTimeAsync(50_000)
    late?.settle(150)
    await vi.advanceTimersByTimeAsync(20_000)
    store.mode = 'answer'
    await vi.advanceTimersByTimeAsync(3_000)
    expect(store.settled.at(-1)?.map(({ tokens }) => tokens)).toEqual([50])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('lets the reservation stand where nobody knows what was used', async () => {
    const { store, admit } = limited({ tokensPerMinute: 1_000 })
    ;(await admit(400))?.settle(undefined)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(store.settled).toEqual([])
    expect(usedIn(store, 1_000)).toBe(400)
  })

  it.each([
    [Number.NaN, 400],
    [Number.POSITIVE_INFINITY, 400],
    [-50, 400],
    [1.5, 2],
  ])('takes a use of %d for %d', async (used, counted) => {
    const { limiter, store, admit } = limited({ tokensPerMinute: 1_000 })
    await admit(300)
    ;(await admit(400))?.settle(used)
    await limiter.flush()
    expect(usedIn(store, 1_000)).toBe(300 + counted)
  })

  it('settles what was counted in memory there, and not with the store', async () => {
    const { store, admit } = limited({ tokensPerMinute: 1_000 })
    store.mode = 'reject'
    ;(await admit(900))?.settle(100)
    ;(await admit(900))?.settle(100)
    expect(await rejection(admit(900))).toMatchObject({ code: 'rate_limited' })
    store.mode = 'answer'
    await vi.advanceTimersByTimeAsync(5_000)
    expect(store.settled).toEqual([])
  })
})

describe('a refusal', () => {
  it('is remembered: who comes again too early costs no store call', async () => {
    const { store, admit, headers } = limited({ requestsPerMinute: 1 })
    await admit()
    const refused = await rejection(admit())
    expect(refused).toMatchObject({ code: 'rate_limited', retryable: true })
    const { retryAfterMs } = refused as { retryAfterMs: number }
    await vi.advanceTimersByTimeAsync(retryAfterMs - 1)
    expect(await rejection(admit())).toMatchObject({ retryAfterMs: 1 })
    expect(headers['x-ratelimit-remaining-requests']).toBe('0')
    expect(store.reservations).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1)
    await admit()
    expect(store.reservations).toHaveLength(3)
  })

  it('of tokens does not stop a smaller call, and ends when tokens are given back', async () => {
    const { store, admit } = limited({ tokensPerMinute: 1_000 })
    const permit = await admit(600)
    await rejection(admit(500))
    await rejection(admit(500))
    expect(store.reservations).toHaveLength(2)
    await admit(300)
    expect(store.reservations).toHaveLength(3)
    permit?.settle(100)
    await admit(500)
    expect(store.reservations).toHaveLength(4)
  })

  it('in memory is not remembered: memory knows better from one call to the next', async () => {
    const { now } = limited({})
    const limiter = new Limiter({ onError: vi.fn(), now, store: memoryLimitStore({ now }) })
    const plan = limiter.planOf(principalOf({ tokensPerMinute: 100 }))!
    const admit = () => limiter.admit({ plan, tokens: 80, headers: {} }) as Permit
    const permit = admit()
    expect(admit).toThrow()
    permit.settle(0)
    expect(admit).not.toThrow()
  })

  it('holds no place among the calls at once, where it comes at once, either', () => {
    const limiter = new Limiter({ onError: vi.fn(), now: () => 0 })
    const plan = limiter.planOf(principalOf({ requestsPerMinute: 1, maxConcurrentCalls: 1 }))!
    const admit = () => limiter.admit({ plan, tokens: 0, headers: {} }) as Permit
    admit().settle(undefined)
    for (let index = 0; index < 3; index += 1) expect(admit).toThrow('1 requests a minute')
  })

  it('holds no place among the calls at once', async () => {
    const { admit } = limited({ requestsPerMinute: 1, maxConcurrentCalls: 1 })
    const permit = await admit()
    expect(await rejection(admit())).toMatchObject({ message: expect.stringContaining('1 calls at once') })
    permit?.settle(undefined)
    expect(await rejection(admit())).toMatchObject({ message: expect.stringContaining('1 requests a minute') })
    expect(await rejection(admit())).toMatchObject({ message: expect.stringContaining('1 requests a minute') })
  })
})

describe('calls at once', () => {
  it('are counted without a store, for each subject, in this process', async () => {
    const { store, admit } = limited({ maxConcurrentCalls: 2 })
    const first = await admit()
    await admit()
    expect(await rejection(admit())).toMatchObject({ code: 'rate_limited', retryAfterMs: 1_000 })
    await admit(0, 'other')
    first?.settle(undefined)
    first?.settle(undefined)
    await admit()
    expect(await rejection(admit())).toMatchObject({ code: 'rate_limited' })
    expect(store.reservations).toEqual([])
  })

  it('count those that still wait for the store', async () => {
    const { store, admit } = limited({ requestsPerMinute: 9, maxConcurrentCalls: 1 })
    store.mode = 'hold'
    const first = admit()
    expect(await rejection(admit())).toMatchObject({ code: 'rate_limited' })
    store.release()
    await first
  })

  it('are free again after a store that lets nobody in', async () => {
    const { store, admit } = limited({ requestsPerMinute: 9, maxConcurrentCalls: 1 }, { onStoreError: 'closed' })
    store.mode = 'reject'
    expect(await rejection(admit())).toMatchObject({ code: 'limits_unavailable' })
    expect(await rejection(admit())).toMatchObject({ code: 'limits_unavailable' })
  })
})

describe('a request that is no call', () => {
  it('counts as a request, and neither as tokens nor as a call at once', async () => {
    const { limiter, store } = limited({})
    const principal = principalOf({ requestsPerMinute: 1, tokensPerMinute: 5, maxConcurrentCalls: 1 })
    const headers: Record<string, string> = {}
    await limiter.count(principal, headers)
    expect(headers).toMatchObject({ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-remaining-tokens': '5' })
    expect(store.reservations[0]?.reservation.tokens).toBe(0)
    expect(await rejection(Promise.resolve(limiter.count(principal, headers)))).toMatchObject({ code: 'rate_limited' })
    expect(limiter.count(principalOf({ tokensPerMinute: 5 }), {})).toBeUndefined()
    expect(store.reservations).toHaveLength(2)
    expect(limiter.count({ tenant: 't' }, {})).toBeUndefined()
    expect(limiter.count(undefined, {})).toBeUndefined()
  })
})

const deed = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('call' as const), tokens: fc.integer({ min: 0, max: 60 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      which: fc.nat(),
      used: fc.option(fc.integer({ min: 0, max: 90 }), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 1_500 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('store' as const),
      mode: fc.constantFrom('answer' as const, 'reject' as const, 'hold' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const) }) },
)

describe('whatever becomes of calls', () => {
  it('what was reserved less what was settled is what was used, while it still counts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 40 }), async deeds => {
        const quota = 1_000_000
        const { limiter, store, admit, now } = limited({ tokensPerMinute: quota }, { onStoreError: 'open' })
        const open: { readonly permit: Permit; readonly tokens: number; readonly counted: boolean }[] = []
        let standing = 0
        for (const act of deeds) {
          if (act.do === 'call') {
            const asked = store.reservations.length
            const admitted = admit(act.tokens)
            await vi.advanceTimersByTimeAsync(store.mode === 'hold' ? 50 : 0)
            // Of a call that nobody counted nothing is known to the store; what it reserved too late is given back.
            const counted = store.reservations.length > asked && store.mode === 'answer'
            open.push({ permit: (await admitted)!, tokens: act.tokens, counted })
          } else if (act.do === 'end' && open.length > 0) {
            const [ended] = open.splice(act.which % open.length, 1)
            ended!.permit.settle(act.used)
            if (ended!.counted) standing += act.used ?? ended!.tokens
          } else if (act.do === 'wait') await vi.advanceTimersByTimeAsync(act.ms)
          else if (act.do === 'flush') {
            const flushed = limiter.flush()
            await vi.advanceTimersByTimeAsync(50)
            await flushed
          } else if (act.do === 'store') store.mode = act.mode
          else if (act.do === 'release') store.release()
        }
        store.mode = 'answer'
        store.release()
        await vi.advanceTimersByTimeAsync(3_000)
        // What only rides goes with one more.
        await admit(0)
        for (const { tokens, counted } of open) if (counted) standing += tokens
        if (now() < 55_000) expect(usedIn(store, quota)).toBe(standing)
        vi.clearAllTimers()
      }),
      { numRuns: 200 },
    )
  })
})
