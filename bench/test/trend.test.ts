import { describe, expect, it } from 'vitest'
import { excessOf, grows, trendOf } from '../src/soak/trend.ts'

const noise = [3, -2, 1, -4, 2, 0, -1, 4, -3, 0]
const line = (perMinute: number) => trendOf(noise.map((value, minute) => [minute, 1_000 + perMinute * minute + value]))

describe('a trend', () => {
  it('is a slope, and growth where that is beyond the noise', () => {
    expect(line(5).perMinute).toBeCloseTo(5, 0)
    expect(line(5).last).toBe(1_045)
    expect(grows(line(5))).toBe(true)
  })

  it('is no growth where values only go up and down', () => {
    expect(grows(line(0))).toBe(false)
  })

  it('is no growth where they fall', () => {
    expect(grows(line(-5))).toBe(false)
  })

  it('is less sure where each value is much like the one before, as of memory that goes up in steps', () => {
    const errorOf = (rests: readonly number[]): number => trendOf(rests.map((rest, minute) => [minute, rest])).error
    const together = [-1, -1, -1, 1, 1, 1, 1, 1, 1, -1, -1, -1]
    const apart = [-1, 1, 1, -1, -1, 1, 1, -1, -1, 1, 1, -1]
    expect(errorOf(together)).toBeGreaterThan(1.5 * errorOf(apart))
  })

  it('is growth beyond another by the difference, which is as unsure as both', () => {
    const excess = excessOf(line(5), line(2))
    expect(excess.perMinute).toBeCloseTo(3, 0)
    expect(excess.error).toBeCloseTo(line(0).error * Math.SQRT2)
    expect(grows(excessOf(line(5), line(5)))).toBe(false)
  })
})
