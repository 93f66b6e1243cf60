import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { weightedOrder } from '../../../src/router/strategies/weighted.ts'
import { seededRandom } from '../../../src/testing/seeded-random.ts'
import { candidates, counted } from '../../support/candidates.ts'

const times = 10_000

function orders(weights: Readonly<Record<string, number>>, seed = 1): string[][] {
  const items = candidates(weights)
  const random = seededRandom(seed)
  return Array.from({ length: times }, () => weightedOrder(items, random).map(({ target }) => target.provider))
}

/** Four standard deviations of a share of draws. */
const slack = (share: number, draws = times): number => 4 * Math.sqrt((share * (1 - share)) / draws)

describe('weightedOrder', () => {
  it('puts each target first as often as its weight says, whatever the weights', () => {
    const weights = fc.record({
      a: fc.integer({ min: 1, max: 100 }),
      b: fc.integer({ min: 1, max: 100 }),
      c: fc.nat(9),
    })
    fc.assert(
      fc.property(weights, fc.integer(), (given, seed) => {
        const total = given.a + given.b + given.c
        const first = counted(orders(given, seed).map(([name]) => name!))
        for (const [name, weight] of Object.entries(given)) {
          const share = weight / total
          expect(Math.abs((first[name] ?? 0) / times - share)).toBeLessThanOrEqual(slack(share) + 1e-9)
        }
      }),
      { numRuns: 20, seed: 7 },
    )
  })

  it('shares the load of a target that failed as the others share theirs', () => {
    const after = orders({ big: 90, mid: 8, small: 2 }).filter(([first]) => first === 'big')
    const next = counted(after.map(order => order[1]!))
    expect(Math.abs((next.mid ?? 0) / after.length - 0.8)).toBeLessThan(slack(0.8, after.length))
  })

  it('gives back every target once, those of weight 0 last and as listed', () => {
    for (const order of orders({ x: 0, a: 1, y: 0, b: 3 }).slice(0, 200)) {
      expect(order.slice(0, 2).toSorted()).toEqual(['a', 'b'])
      expect(order.slice(2)).toEqual(['x', 'y'])
    }
  })

  it.each([
    ['no weight at all', { a: 0, b: 0 }, ['a', 'b']],
    ['one target', { a: 5 }, ['a']],
    ['none', {}, []],
  ])('keeps the order as listed with %s', (_, weights, order) => {
    expect(weightedOrder(candidates(weights), () => 0.999_999).map(({ target }) => target.provider)).toEqual(order)
  })

  it('picks the last where fractions round past the end', () => {
    const items = candidates({ a: 0.1, b: 0.2, c: 0.3 })
    expect(weightedOrder(items, () => 1)[0]?.target.provider).toBe('c')
  })
})
