import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventWindow } from '../../src/resilience/event-window.ts'

describe('EventWindow', () => {
  it('counts what came in the window, and forgets it after at most a twelfth more', () => {
    const window = new EventWindow(60_000)
    window.add(1_000, true)
    window.add(2_000, false)
    expect([window.total(2_000), window.markedTotal(2_000)]).toEqual([2, 1])
    expect(window.total(59_999)).toBe(2)
    expect(window.total(66_000)).toBe(0)
  })

  it('counts at least what came in the last window, and nothing older than a window and a slot', () => {
    const events = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 40_000 }), isMarked: fc.boolean() }))
    fc.assert(
      fc.property(events, steps => {
        const window = new EventWindow(60_000)
        const seen: { readonly at: number; readonly isMarked: boolean }[] = []
        let now = 5_000_000
        for (const { afterMs, isMarked } of steps) {
          now += afterMs
          window.add(now, isMarked)
          seen.push({ at: now, isMarked })
          const within = (ms: number) => seen.filter(({ at }) => at > now - ms)
          expect(window.total(now)).toBeGreaterThanOrEqual(within(60_000).length)
          expect(window.total(now)).toBeLessThanOrEqual(within(65_001).length)
          expect(window.markedTotal(now)).toBeLessThanOrEqual(within(65_001).filter(event => event.isMarked).length)
        }
      }),
    )
  })

  it('has no sums of its own that part from what it holds', () => {
    const events = fc.array(fc.record({ afterMs: fc.integer({ min: -5_000, max: 9_000 }), isMarked: fc.boolean() }))
    fc.assert(
      fc.property(events, steps => {
        const window = new EventWindow(12_000)
        let now = 5_000_000
        for (const { afterMs, isMarked } of steps) {
          now += afterMs
          window.add(now, isMarked)
        }
        expect(window.total(now)).toBeGreaterThanOrEqual(window.markedTotal(now))
        expect([window.total(now + 90_000), window.markedTotal(now + 90_000)]).toEqual([0, 0])
        window.add(now + 90_000, true)
        expect([window.total(now + 90_000), window.markedTotal(now + 90_000)]).toEqual([1, 1])
      }),
    )
  })

  it('loses nothing to a clock that goes back', () => {
    const window = new EventWindow(12_000)
    window.add(100_000, true)
    window.add(40_000, true)
    expect(window.markedTotal(40_000)).toBe(2)
  })
})
