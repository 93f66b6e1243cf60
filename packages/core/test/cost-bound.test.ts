import { describe, expect, it } from 'vitest'
import { costBound } from '../src/cost-bound.ts'
import type { PriceFigures } from '../src/index.ts'
import { chatCall } from './support/calls.ts'

const tokens = { promptTokens: 1_000_000, completionTokens: 2_000_000 }

/** By model, or by model and tier; `undefined` where no price is known. */
type Prices = Readonly<Record<string, PriceFigures | undefined>>

function boundOf(prices: Prices, request: object = {}, bound = tokens, dearer: readonly string[] = []) {
  const targets = Object.keys(prices)
    .filter(name => !name.includes('@'))
    .map(model => ({ provider: 'us', model }))
  const priceOf = ({ model, terms }: { model: string; terms: { serviceTier?: string | undefined } }) => {
    const name = terms.serviceTier === undefined ? model : `${model}@${terms.serviceTier}`
    return prices[name]
  }
  return costBound({ priceOf, targetsOf: () => targets, dearerTiersOf: () => dearer })(chatCall(request), bound)
}

describe('the most that a call can cost', () => {
  it('is what all its tokens cost at the dearest target', () => {
    expect(boundOf({ a: { input: 1, output: 5 }, b: { input: 3, output: 2 } })).toEqual({
      usd: 11,
      unpriced: undefined,
    })
  })

  it.each<[string, PriceFigures, number]>([
    ['written to a cache', { input: 1, output: 1, cacheWrite: 1.25 }, 1.25 + 2],
    ['written to a cache for an hour', { input: 1, output: 1, cacheWrite: 1.25, cacheWrite1h: 2 }, 2 + 2],
    ['read from a dear cache', { input: 1, output: 1, cacheRead: 4 }, 4 + 2],
    ['heard and spoken', { input: 1, output: 1, audioInput: 10, audioOutput: 20 }, 10 + 40],
    ['of a long prompt', { input: 1, output: 1, longPrompt: { aboveTokens: 999_999, input: 2, output: 3 } }, 2 + 6],
    [
      'of a prompt not long enough',
      { input: 1, output: 1, longPrompt: { aboveTokens: 1_000_000, input: 2, output: 3 } },
      3,
    ],
  ])('takes every token for one %s', (_, price, usd) => {
    expect(boundOf({ a: price }).usd).toBe(usd)
  })

  it('is that of the tier asked for, or of the usual one, whichever is dearer', () => {
    const usual = { input: 1, output: 1 }
    const priced = { a: usual, 'a@priority': { input: 2, output: 2 }, 'a@flex': { input: 0.5, output: 0.5 } }
    expect(boundOf(priced, { service_tier: 'priority' }).usd).toBe(6)
    expect(boundOf(priced, { service_tier: 'flex' }).usd).toBe(3)
    expect(boundOf(priced, { service_tier: 'auto' }).usd).toBe(3)
    expect(boundOf(priced, { service_tier: 'unheard-of' })).toEqual({
      usd: 3,
      unpriced: "us/a at the service tier 'unheard-of'",
    })
  })

  it('is that of a tier that the request may come to in another way, and unknown where that has no price', () => {
    const priced = { a: { input: 1, output: 1 }, 'a@priority': { input: 2, output: 2 } }
    expect(boundOf(priced, {}, tokens, ['priority'])).toEqual({ usd: 6, unpriced: undefined })
    expect(boundOf(priced, { service_tier: 'priority' }, tokens, ['fast'])).toEqual({
      usd: 6,
      unpriced: "us/a at the service tier 'fast'",
    })
  })

  it('names a target whose price is not known, or lacks a figure that is needed', () => {
    expect(boundOf({ a: { input: 1, output: 1 }, b: undefined })).toEqual({ usd: 3, unpriced: 'us/b' })
    expect(boundOf({ a: { input: 1 } })).toEqual({ usd: 0, unpriced: 'us/a' })
    expect(boundOf({ a: { input: 1 } }, {}, { promptTokens: 1_000_000, completionTokens: 0 })).toEqual({
      usd: 1,
      unpriced: undefined,
    })
    expect(boundOf({})).toEqual({ usd: 0, unpriced: undefined })
  })

  it.each([{ input: -1 }, { cacheRead: -1 }, { audioInput: Number.NaN }, { audioOutput: -1 }, { output: Infinity }])(
    'is unknown where a price is none: %j',
    wrong => {
      expect(boundOf({ a: { input: 1, output: 1, ...wrong } })).toEqual({ usd: 0, unpriced: 'us/a' })
    },
  )
})
