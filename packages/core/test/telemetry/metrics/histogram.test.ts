import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  durationBounds,
  HistogramRecorder,
  histogramSince,
  quantileOf,
} from '../../../src/telemetry/metrics/histogram.ts'

function recorded(bounds: readonly number[], values: readonly number[]) {
  const recorder = new HistogramRecorder(bounds)
  for (const value of values) recorder.record(value)
  return recorder.snapshot()
}

describe('a histogram', () => {
  it('counts each value in the first bucket whose bound it does not exceed', () => {
    const histogram = recorded([1, 10], [0, 1, 1.5, 10, 11])
    expect(histogram).toMatchObject({ counts: [2, 2, 1], sums: [1, 11.5, 11], count: 5, sum: 23.5, max: 11 })
  })

  it('takes nothing that is no amount', () => {
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, -1, '7' as never]
    expect(recorded([1], [...odd, 2])).toMatchObject({ counts: [0, 1], sum: 2 })
  })

  it('knows no quantile of nothing', () => {
    expect(quantileOf(recorded([1], []), 0.5)).toBeUndefined()
  })

  it('tells the greatest value as such, beyond the last bound, too', () => {
    expect(quantileOf(recorded([1, 2], [1.5, 700]), 1)).toBe(700)
  })

  it('tells every quantile from within the bucket that it falls into', () => {
    const seconds = fc.integer({ min: 0, max: 200_000 }).map(ms => ms / 1000)
    fc.assert(
      fc.property(
        fc.array(seconds, { minLength: 1 }),
        fc.integer({ min: 1, max: 100 }).map(percent => percent / 100),
        (values, share) => {
          const sorted = values.toSorted((a, b) => a - b)
          const exact = sorted[Math.max(0, Math.ceil(share * values.length) - 1)]!
          const told = quantileOf(recorded(durationBounds, values), share)!
          const above = durationBounds.findIndex(bound => exact <= bound)
          const from = above === 0 ? 0 : above < 0 ? durationBounds.at(-1)! : durationBounds[above - 1]!
          const to = above < 0 ? 200 : durationBounds[above]!
          expect(told).toBeGreaterThanOrEqual(Math.min(from, exact))
          expect(told).toBeLessThanOrEqual(to)
          expect(told).toBeLessThanOrEqual(sorted.at(-1)!)
        },
      ),
    )
  })
})

describe('what was counted between two states of a histogram', () => {
  it('has a greatest value that is no less than it was, and no more than its bucket holds', () => {
    const values = fc.array(fc.integer({ min: 0, max: 200 }))
    fc.assert(
      fc.property(values, values, (before, after) => {
        const since = histogramSince(recorded(durationBounds, [...before, ...after]), recorded(durationBounds, before))
        const exact = Math.max(0, ...after)
        expect(since).toMatchObject({ count: after.length, sum: after.reduce((sum, value) => sum + value, 0) })
        expect(since.max).toBeGreaterThanOrEqual(exact)
        expect(since.max).toBeLessThanOrEqual(Math.max(exact, ...before))
        expect(since.max).toBeLessThanOrEqual(durationBounds.find(bound => exact <= bound) ?? 200)
        if (exact > Math.max(0, ...before) || after.length < 2) expect(since.max).toBe(exact)
      }),
    )
  })
})
