import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Counted, fullestInterval } from './fullest-interval.ts'
import { idealAmount } from './ideal-limiter.ts'

const call = (before: number, after = before, amount = 1): Counted => ({ before, after, amount, needsRoom: true })
const overage = (before: number, after: number, amount: number): Counted => ({
  before,
  after,
  amount,
  needsRoom: false,
})

describe('the fullest interval', () => {
  it.each<[string, Counted[], number]>([
    ['nothing', [], 0],
    ['one', [call(5)], 1],
    ['two at one moment', [call(5), call(5)], 2],
    ['two a whole window apart, which no interval of its length holds', [call(0), call(1_000)], 1],
    ['two a little less than a window apart', [call(0.001), call(1_000)], 2],
    ['two whose answers are a window apart', [call(0, 10), call(1_000, 1_010)], 1],
    ['two that may be a window apart', [call(0, 10), call(900, 1_000)], 1],
    ['two that surely are not', [call(1, 10), call(900, 1_000)], 2],
    ['amounts', [call(0, 0, 30), call(10, 10, 40), call(2_000, 2_000, 50)], 70],
    ['the fullest of several', [call(0), call(1), call(2_000), call(2_001), call(2_002), call(5_000)], 3],
    ['one that began earlier and was answered later than another', [call(10, 500), call(20, 30)], 2],
    ['an overage that was known before a call', [overage(0, 5, 60), call(10, 12, 50)], 110],
    ['an overage that came while a call was asked', [overage(0, 11, 60), call(10, 12, 50)], 50],
    ['an overage after the last call', [call(10, 12, 50), overage(13, 14, 60)], 50],
  ])('%s', (_name, counted, amount) => {
    expect(fullestInterval(counted, 1_000).amount).toBe(amount)
  })

  it('is the one that trying every interval finds', () => {
    const moments = fc.tuple(fc.nat(200), fc.nat(20), fc.nat(5), fc.boolean())
    fc.assert(
      fc.property(fc.array(moments, { maxLength: 30 }), given => {
        const counted = given.map(([before, took, amount, needsRoom]) => ({
          before,
          after: before + took,
          amount,
          needsRoom,
        }))
        let most = 0
        for (const last of counted.filter(({ needsRoom }) => needsRoom)) {
          const inside = counted.filter(
            ({ before, after, needsRoom }) =>
              before > last.after - 50 && after <= (needsRoom ? last.after : last.before),
          )
          most = Math.max(
            most,
            inside.reduce((sum, { amount }) => sum + amount, 0),
          )
        }
        expect(fullestInterval(counted, 50).amount).toBe(most)
      }),
    )
  })
})

describe('the ideal limiter', () => {
  const every = (stepMs: number, untilMs: number) =>
    Array.from({ length: Math.ceil(untilMs / stepMs) }, (_, index) => ({ at: index * stepMs, amount: 1 }))

  it.each([
    ['lets in a quota at once', every(1, 50), [{ quota: 100, windowMs: 1_000 }], 50],
    ['lets in no more in a window', every(1, 1_000), [{ quota: 100, windowMs: 1_000 }], 100],
    ['lets in as many again in the next', every(1, 2_000), [{ quota: 100, windowMs: 1_000 }], 200],
    [
      'keeps two limits at once',
      every(1, 5_000),
      [
        { quota: 100, windowMs: 1_000 },
        { quota: 250, windowMs: 4_000 },
      ],
      350,
    ],
  ])('%s', (_name, asked, limits, amount) => {
    expect(idealAmount(asked, limits)).toBe(amount)
  })

  it('never fills an interval beyond its quota', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(500), fc.nat(9)), { maxLength: 60 }), given => {
        const asked = given.map(([at, amount]) => ({ at, amount }))
        const limits = [{ quota: 20, windowMs: 100 }]
        const all = asked.reduce((sum, { amount }) => sum + amount, 0)
        expect(idealAmount(asked, limits)).toBeLessThanOrEqual(Math.min(all, 20 * 6))
      }),
    )
  })
})
