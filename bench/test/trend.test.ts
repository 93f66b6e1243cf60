import { describe, expect, it } from 'vitest'
import { trendOf } from '../src/soak/trend.ts'

const noise = [3, -2, 1, -4, 2, 0, -1, 4, -3, 0]

describe('a trend', () => {
  it('is a slope, and growth where that is beyond the noise', () => {
    const trend = trendOf(noise.map((value, minute) => [minute, 1_000 + 5 * minute + value]))
    expect(trend.perMinute).toBeCloseTo(5, 0)
    expect(trend).toMatchObject({ grows: true, last: 1_045 })
  })

  it('is no growth where values only go up and down', () => {
    expect(trendOf(noise.map((value, minute) => [minute, 1_000 + value])).grows).toBe(false)
  })

  it('is no growth where they fall', () => {
    expect(trendOf(noise.map((value, minute) => [minute, 1_000 - 5 * minute + value])).grows).toBe(false)
  })
})
