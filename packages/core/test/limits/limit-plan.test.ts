import { describe, expect, it } from 'vitest'
import type { LimitPlan } from '../../src/limits/limit-plan.ts'
import { planLimits } from '../../src/limits/limit-plan.ts'
import type { Principal } from '../../src/principal.ts'

const planOf = planLimits()
const ann: Principal = { tenant: 'acme', userId: 'ann', keyId: 'k1' }

function quotas(plan: LimitPlan | undefined): string[] | undefined {
  return plan?.windows.map(({ meter, windowMs, quota }) => `${quota} ${meter} in ${windowMs / 1_000} s`)
}

describe('planLimits', () => {
  it.each<[string, string[]]>([
    ['free', ['10 requests in 60 s', '100 requests in 3600 s']],
    ['basic', ['100 requests in 60 s']],
    ['premium', ['1000 requests in 60 s']],
    ['enterprise', ['10000 requests in 60 s']],
  ])('knows the tier %s', (tier, expected) => {
    expect(quotas(planOf({ ...ann, tier }))).toEqual(expected)
  })

  it.each<[string, Partial<Principal>]>([
    ['neither a tier nor limits of its own', {}],
    ['a tier nobody knows', { tier: 'gold' }],
    ['a tier named like an Object member', { tier: 'constructor' }],
    ['limits without a number', { rateLimit: {} }],
    ['limits that are undefined', { rateLimit: { requestsPerMinute: undefined } }],
    ['a tier and limits that a host’s database has as null', { tier: null, rateLimit: null } as never],
    ['a limit without an end', { rateLimit: { requestsPerMinute: Number.POSITIVE_INFINITY } }],
  ])('does not limit a caller with %s', (_, principal) => {
    expect(planOf({ ...ann, ...principal })).toBeUndefined()
  })

  it('puts limits of its own in the place of the tier’s, member by member', () => {
    const rateLimit = { requestsPerMinute: 5, tokensPerMinute: 2_000 }
    expect(quotas(planOf({ ...ann, tier: 'free', rateLimit }))).toEqual([
      '5 requests in 60 s',
      '100 requests in 3600 s',
      '2000 tokens in 60 s',
    ])
    expect(planOf({ ...ann, tier: 'free', rateLimit })?.countsTokens).toBe(true)
    expect(quotas(planOf({ ...ann, tier: 'free', rateLimit: { requestsPerHour: Number.POSITIVE_INFINITY } }))).toEqual([
      '10 requests in 60 s',
    ])
  })

  it('takes a configured tier whole, and keeps the others', () => {
    const own = planLimits({ free: { requestsPerMinute: 3 }, gold: { maxConcurrentCalls: 2 } })
    expect(quotas(own({ ...ann, tier: 'free' }))).toEqual(['3 requests in 60 s'])
    expect(own({ ...ann, tier: 'gold' })).toMatchObject({ windows: [], maxConcurrentCalls: 2, countsTokens: false })
    expect(quotas(own({ ...ann, tier: 'basic' }))).toEqual(['100 requests in 60 s'])
  })

  it.each([
    [0, 0],
    [-1, 0],
    [Number.NaN, 0],
    [0.9, 0],
    [1.9, 1],
  ])('reads the limit %d of a host’s login as %d: what is no number lets nobody in', (requestsPerMinute, quota) => {
    expect(planOf({ ...ann, rateLimit: { requestsPerMinute } })?.windows[0]?.quota).toBe(quota)
  })

  it.each<[Principal, string]>([
    [ann, 'key:k1'],
    [{ tenant: 'acme', userId: 'ann' }, 'user:acme/ann'],
    [{ tenant: 'acme' }, 'tenant:acme'],
    [{ tenant: 'a', userId: 'b/c' }, 'user:a/b/c'],
    [{ tenant: 'a/b', userId: 'c' }, 'user:a%2Fb/c'],
    [{ tenant: 'a%2Fb', userId: 'c' }, 'user:a%252Fb/c'],
    [{ tenant: '\ud800/b', userId: 'c' }, 'user:\ud800%2Fb/c'],
    [{ tenant: 'acme', userId: 'ann', keyId: null } as never, 'user:acme/ann'],
    [{ tenant: 'acme', userId: null, keyId: null } as never, 'tenant:acme'],
  ])('limits %j as %s', (principal, subject) => {
    expect(planOf({ ...principal, tier: 'free' })?.subject).toBe(subject)
  })

  it('keeps a subject within what a store takes, and apart from every other', () => {
    const long = planOf({ ...ann, keyId: 'x'.repeat(600), tier: 'free' })?.subject
    expect(long).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(planOf({ ...ann, keyId: 'x'.repeat(601), tier: 'free' })?.subject).not.toBe(long)
  })
})
