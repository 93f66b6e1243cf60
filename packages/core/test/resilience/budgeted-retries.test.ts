import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BudgetedRetries } from '../../src/resilience/budgeted-retries.ts'
import { manualClock } from '../../src/testing/index.ts'

describe('the budget of retries', () => {
  it('is three in ten seconds, however few calls there are', () => {
    const { now, advance } = manualClock()
    const retries = new BudgetedRetries({ now })
    retries.called('a/x')
    expect([1, 2, 3, 4].map(() => retries.take('a/x'))).toEqual([true, true, true, false])
    expect(retries.take('b/x')).toBe(true)
    advance(11_000)
    expect(retries.take('a/x')).toBe(true)
  })

  it.each([100, 1_000])('is a tenth of %i calls', calls => {
    const retries = new BudgetedRetries({ now: () => 50_000 })
    for (let call = 0; call < calls; call += 1) retries.called('a/x')
    const taken = Array.from({ length: calls }, () => retries.take('a/x')).filter(Boolean)
    expect(taken).toHaveLength(calls / 10)
  })

  it('is never more than a tenth of the calls and three, however calls and failures come', () => {
    const steps = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 50 }), fails: fc.boolean() }), {
      maxLength: 400,
    })
    fc.assert(
      fc.property(steps, calls => {
        const { now, advance } = manualClock()
        const retries = new BudgetedRetries({ now })
        let taken = 0
        for (const { afterMs, fails } of calls) {
          advance(Math.min(afterMs, 20))
          retries.called('a/x')
          if (fails && retries.take('a/x')) taken += 1
        }
        expect(taken).toBeLessThanOrEqual(Math.max(3, calls.length / 10))
      }),
    )
  })

  it('keeps a bounded number of targets', () => {
    const retries = new BudgetedRetries()
    for (let count = 0; count < 3_000; count += 1) retries.called(`a/${count}`)
    expect(retries.take('a/2999')).toBe(true)
  })
})

describe('the pause before a retry', () => {
  const delays = (random: number) => {
    const retries = new BudgetedRetries({ random: () => random })
    return [0, 1, 2, 3, 9, 40].map(round => retries.delayMs(round, 0))
  }

  it('is a random part of 50 ms, doubled each time, up to 2 s', () => {
    expect(delays(1)).toEqual([50, 100, 200, 400, 2_000, 2_000])
    expect(delays(0.5)).toEqual([25, 50, 100, 200, 1_000, 1_000])
    expect(delays(0)).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('is at least what the target asked for; who asks for more than 2 s is not waited for', () => {
    const retries = new BudgetedRetries({ random: () => 0 })
    expect([1_999, 2_000, 2_001].map(asked => retries.delayMs(0, asked))).toEqual([1_999, 2_000, undefined])
  })
})
