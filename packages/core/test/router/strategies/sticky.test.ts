import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CallFacts } from '../../../src/router/call-facts.ts'
import { type StickyBy, stickyKey, stickyOrder } from '../../../src/router/strategies/sticky.ts'
import { chatCall } from '../../support/calls.ts'
import { candidates, counted } from '../../support/candidates.ts'

const names = (weights: Readonly<Record<string, number>>, key: string): string[] =>
  stickyOrder(candidates(weights), key).map(({ target }) => target.provider)

const keys = Array.from({ length: 10_000 }, (_, index) => `user-${index}`)

describe('stickyOrder', () => {
  it('gives a key the same order whatever the order of the list', () => {
    fc.assert(
      fc.property(fc.string(), fc.shuffledSubarray(['a', 'b', 'c', 'd'], { minLength: 4 }), (key, shuffled) => {
        const weights = Object.fromEntries(shuffled.map(name => [name, 1]))
        expect(names(weights, key)).toEqual(names({ a: 1, b: 1, c: 1, d: 1 }, key))
      }),
    )
  })

  it('moves only the keys of a target that is taken away, each to where it would have gone next', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('a', 'b', 'c'),
        fc.array(
          fc.integer({ min: 1, max: 90 }).map(tenths => tenths / 10),
          { minLength: 3, maxLength: 3 },
        ),
        (key, lost, [a = 1, b = 1, c = 1]) => {
          const all = { a, b, c }
          const left = Object.fromEntries(Object.entries(all).filter(([name]) => name !== lost))
          expect(names(left, key)).toEqual(names(all, key).filter(name => name !== lost))
        },
      ),
    )
  })

  it('spreads keys by weight, also when they differ in one character', () => {
    const even = counted(keys.map(key => names({ a: 1, b: 1, c: 1 }, key)[0]!))
    for (const name of ['a', 'b', 'c']) expect(Math.abs((even[name] ?? 0) - 3_333)).toBeLessThan(200)
    const uneven = counted(keys.map(key => names({ a: 9, b: 1 }, key)[0]!))
    expect(Math.abs((uneven.b ?? 0) - 1_000)).toBeLessThan(130)
  })

  it('moves the keys of a lost target to all others', () => {
    const orphans = keys.map(key => names({ a: 1, b: 1, c: 1 }, key)).filter(([first]) => first === 'a')
    const next = counted(orphans.map(order => order[1]!))
    expect(Math.abs((next.b ?? 0) / orphans.length - 0.5)).toBeLessThan(0.04)
  })

  it('puts a target of weight 0 last', () => {
    for (const key of keys.slice(0, 100)) expect(names({ a: 0, b: 1, c: 1 }, key)[2]).toBe('a')
  })

  it('reads no more of a key than tells callers apart', () => {
    expect(names({ a: 1, b: 1, c: 1 }, `${'x'.repeat(512)}1`)).toEqual(
      names({ a: 1, b: 1, c: 1 }, `${'x'.repeat(512)}2`),
    )
  })
})

describe('stickyKey', () => {
  const principal = { tenant: 'acme', userId: 'ann' }
  const request = { prompt_cache_key: 'thread-1', user: 'end-user' }
  const keyOf = (by: StickyBy | undefined, asked: object = request) =>
    stickyKey(new CallFacts(chatCall(asked, { principal })), by)

  it.each<[StickyBy | undefined, string]>([
    [undefined, 'thread-1'],
    ['prompt_cache_key', 'thread-1'],
    ['user', 'end-user'],
    ['userId', 'ann'],
    ['tenant', 'acme'],
  ])('by %s is %s', (by, key) => {
    expect(keyOf(by)).toBe(key)
  })

  it('is by default the first that there is', () => {
    expect(keyOf(undefined, { user: 'end-user' })).toBe('end-user')
    expect(keyOf(undefined, { user: 'old', safety_identifier: 'new' })).toBe('new')
    expect(keyOf('user', { user: 'old', safety_identifier: '' })).toBe('old')
    expect(keyOf(undefined, { safety_identifier: 7, user: 'old' })).toBe('old')
    expect(keyOf(undefined, {})).toBe('ann')
    expect(stickyKey(new CallFacts(chatCall({}, { principal: { tenant: 'acme' } })), undefined)).toBe('acme')
    expect(stickyKey(new CallFacts(chatCall()), undefined)).toBeUndefined()
  })

  it('is not there where what it is chosen by is not, or is no text', () => {
    expect(keyOf('user', {})).toBeUndefined()
    expect(keyOf('prompt_cache_key', { prompt_cache_key: 7 })).toBeUndefined()
    expect(keyOf('user', { user: '' })).toBeUndefined()
  })
})
