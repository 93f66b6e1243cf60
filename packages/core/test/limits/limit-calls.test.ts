import { describe, expect, it, vi } from 'vitest'
import { type Call, completedOutcome, type Result } from '../../src/index.ts'
import { limitCalls } from '../../src/limits/limit-calls.ts'
import { Limiter } from '../../src/limits/limiter.ts'
import type { Principal } from '../../src/principal.ts'
import { testCall } from '../../src/testing/index.ts'
import { chatCall, rejection, turns } from '../support/calls.ts'
import { steeredLimitStore } from '../support/steered-limit-store.ts'

const ann: Principal = { tenant: 'acme', keyId: 'k' }
const embeddings: Result<'embeddings'> = {
  kind: 'embeddings',
  embeddings: { value: { object: 'list', data: [], model: 'e', usage: { prompt_tokens: 0, total_tokens: 0 } } },
  settled: Promise.resolve(completedOutcome({})),
}

function layer(routeTokens: Record<string, number> = {}) {
  const store = steeredLimitStore(() => 0)
  const limiter = new Limiter({ store, onError: vi.fn(), now: () => 0 })
  return { store, limiter, limit: limitCalls({ limiter, routeTokens, defaultTokens: 4_096 }) }
}

/** What the layers below see of a chat. */
async function passed(
  principal: Principal | undefined,
  request: object = {},
  routeTokens: Record<string, number> = {},
) {
  const { limit, store } = layer(routeTokens)
  const call = chatCall(request, { principal })
  let seen: Call<'chat'> | undefined
  const error = await rejection(
    limit(call, passedOn => {
      seen = passedOn
      return Promise.reject(new Error('far enough'))
    }),
  )
  return { call, seen, error, tokens: store.reservations[0]?.reservation.tokens, store }
}

describe('limitCalls', () => {
  it.each<[string, Principal | undefined]>([
    ['nobody known', undefined],
    ['a caller without limits', ann],
    ['a caller whose tier has none', { ...ann, tier: 'gold' }],
  ])('hands the very call of %s on, and asks no store', async (_, principal) => {
    const { call, seen, store } = await passed(principal)
    expect(seen).toBe(call)
    expect(store.reservations).toEqual([])
  })

  it('hands the very call on where only requests are limited', async () => {
    const { call, seen, tokens } = await passed({ ...ann, tier: 'basic' })
    expect(seen).toBe(call)
    expect(tokens).toBe(0)
  })

  it.each<[string, Principal, object, Record<string, number>, number | undefined]>([
    ['the default where tokens are limited', { ...ann, rateLimit: { tokensPerMinute: 99_999 } }, {}, {}, 4_096],
    ['the route’s', { ...ann, rateLimit: { tokensPerMinute: 99_999 } }, {}, { fast: 50 }, 50],
    ['another route’s, which is none of its', { ...ann, tier: 'basic' }, {}, { slow: 50, constructor: 1 }, undefined],
    ['the route’s without any limit', ann, {}, { fast: 50 }, 50],
    ['the key’s without any limit', { ...ann, maxTokens: 7 }, {}, { fast: 50 }, 7],
    ['its own', { ...ann, maxTokens: 7 }, { max_completion_tokens: 6 }, { fast: 50 }, 6],
  ])('sends %s as the cap', async (_, principal, request, routeTokens, cap) => {
    const { seen } = await passed(principal, request, routeTokens)
    expect(seen?.request.max_completion_tokens).toBe(cap)
  })

  it('reserves what the call may use, its cap included', async () => {
    const rateLimit = { tokensPerMinute: 99_999 }
    const [one, other] = await Promise.all(
      [100, 300].map(cap => passed({ ...ann, rateLimit }, { max_tokens: cap, n: 2 })),
    )
    expect(one!.tokens).toBeGreaterThan(200)
    expect(other!.tokens! - one!.tokens!).toBe(400)
  })

  it('refuses more than the key may ask for, before anything is counted', async () => {
    const { error, seen, store } = await passed({ ...ann, tier: 'free', maxTokens: 10 }, { max_tokens: 11 })
    expect(error).toMatchObject({ code: 'invalid_request', param: 'max_tokens' })
    expect(seen).toBeUndefined()
    expect(store.reservations).toEqual([])
  })

  it.each([Number.NaN, -1, 0.5])('lets a caller whose maxTokens is %d ask for nothing', async maxTokens => {
    const { error } = await passed({ ...ann, maxTokens }, { max_tokens: 1 })
    expect(error).toMatchObject({ code: 'invalid_request', param: 'max_tokens' })
  })

  it.each([null, Number.POSITIVE_INFINITY])('holds a caller whose maxTokens is %d to none', async maxTokens => {
    const { call, seen } = await passed({ ...ann, maxTokens } as never, { max_tokens: 1 })
    expect(seen).toBe(call)
  })

  it('limits embeddings by their input, without a cap', async () => {
    const { limit, store } = layer({ e: 50 })
    const principal = { ...ann, rateLimit: { tokensPerMinute: 20 }, maxTokens: 1 }
    const call = testCall('embeddings', { model: 'e', input: 'hello' }, { principal })
    const next = vi.fn(() => Promise.resolve(embeddings))
    await limit(call, next)
    expect(next.mock.calls).toEqual([[call]])
    expect(store.reservations[0]?.reservation.tokens).toBe(5 + 8)
  })

  it.each<
    [
      string,
      { attempts: number; tokens: number; usageSource: 'reported' | 'estimated'; isOpen?: boolean },
      number | undefined,
    ]
  >([
    ['what its attempts used', { attempts: 2, tokens: 6, usageSource: 'reported' }, 6],
    ['an estimate of it', { attempts: 1, tokens: 6, usageSource: 'estimated' }, 6],
    ['nothing where none was made', { attempts: 0, tokens: 0, usageSource: 'reported' }, 0],
    ['nothing where the upstream refused', { attempts: 1, tokens: 0, usageSource: 'reported' }, 0],
    [
      'the reservation while an upstream is at work',
      { attempts: 0, tokens: 0, usageSource: 'reported', isOpen: true },
      18,
    ],
    ['the reservation where nobody knows', { attempts: 1, tokens: 0, usageSource: 'estimated' }, 18],
  ])('is settled with %s, whether it was answered or not', async (_, spent, used) => {
    for (const fails of ['not', 'later', 'at once'] as const) {
      const { limit, limiter, store } = layer()
      const call = testCall(
        'embeddings',
        { model: 'e', input: '0123456789' },
        { principal: { ...ann, rateLimit: { tokensPerMinute: 18 } } },
      )
      const next = () => {
        for (let index = 0; index < spent.attempts; index += 1) {
          call.context.attempts.push({ target: 'us/e', code: '200', durationMs: 1 })
        }
        const open = spent.isOpen && { target: 'us/e', code: '', durationMs: 0 }
        call.context.attempt = open || call.context.attempts.at(-1)
        Object.assign(call.context.spending, { tokens: spent.tokens, usageSource: spent.usageSource })
        if (fails === 'at once') throw new Error('failed')
        return fails === 'later' ? Promise.reject(new Error('failed')) : Promise.resolve(embeddings)
      }
      await limit(call, next).catch(() => {})
      await turns()
      await limiter.flush()
      const left = store.memory.reserve({ ...store.reservations[0]!.reservation, tokens: 0 }, []).windows[0]!.remaining
      expect(left).toBe(18 - (used ?? 18))
    }
  })
})
