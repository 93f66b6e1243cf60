import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { storeClock } from '../../src/dynamodb/limits/store-clock.ts'

/** A machine whose clock is wrong, and a store whose clock is right. */
function machine(wrongByMs: number) {
  const state = { trueMs: 1_750_000_000_400, wrongByMs, frozenMs: 0 }
  const clock = storeClock({
    wallNow: () => state.trueMs + state.wrongByMs,
    monotonicNow: () => state.trueMs - state.frozenMs - 1_750_000_000_000,
  })
  return {
    clock,
    state,
    /** A request whose legs take so long, and whether the answer's time is the store's at its middle. */
    ask: (legMs: number): void => {
      const sent = clock.mark()
      state.trueMs += legMs
      const header = new Date(state.trueMs).toUTCString()
      state.trueMs += legMs
      clock.observe(header, sent)
    },
    errorMs: () => clock.now() - state.trueMs,
  }
}

describe('storeClock', () => {
  it('leaves a clock alone that no answer disproves', () => {
    const { clock, state, ask } = machine(0)
    for (let index = 0; index < 50; index += 1) {
      ask(3)
      expect(clock.now()).toBe(state.trueMs)
      state.trueMs += 91
    }
  })

  it.each([-4000, -300, 300, 4000])(
    'holds a clock that is %d ms wrong near the true time after some answers',
    wrongByMs => {
      const { state, ask, errorMs } = machine(wrongByMs)
      for (let index = 0; index < 60; index += 1) {
        ask(2)
        state.trueMs += 37
      }
      expect(Math.abs(errorMs())).toBeLessThanOrEqual(50)
    },
  )

  it('is right to a second after one answer, and says the machine’s time before it', () => {
    const { ask, errorMs } = machine(-60_000)
    expect(errorMs()).toBe(-60_000)
    ask(5)
    expect(Math.abs(errorMs())).toBeLessThanOrEqual(1010)
  })

  it('trusts an old answer less and less', () => {
    const { state, ask, errorMs } = machine(5000)
    ask(1)
    const before = errorMs()
    state.trueMs += 1_000_000
    expect(errorMs() - before).toBeGreaterThan(190)
    expect(errorMs()).toBeLessThan(5000)
  })

  it('begins anew where the machine’s clock was set', () => {
    const { state, ask, errorMs } = machine(300)
    for (let index = 0; index < 60; index += 1) ask(20)
    state.wrongByMs = 0
    expect(errorMs()).toBe(0)
  })

  it('begins anew where the process was frozen and its monotonic clock stood still', () => {
    const { state, ask, errorMs } = machine(0)
    ask(1)
    state.trueMs += 600_000
    state.frozenMs += 600_000
    expect(errorMs()).toBe(0)
    ask(1)
    expect(errorMs()).toBe(0)
  })

  it('believes the newest of answers that contradict each other', () => {
    const { clock, state, errorMs, ask } = machine(0)
    clock.observe(new Date(state.trueMs + 3_600_000).toUTCString(), clock.mark())
    expect(errorMs()).toBeGreaterThan(3_000_000)
    ask(1)
    expect(errorMs()).toBe(0)
  })

  it('overlooks an answer that tells no time', () => {
    const { clock, state } = machine(0)
    clock.observe(undefined, clock.mark())
    clock.observe('yesterday', clock.mark())
    expect(clock.now()).toBe(state.trueMs)
  })

  it('is never moved away from the true time by true answers', () => {
    const asks = fc.array(
      fc.record({ legMs: fc.integer({ min: 0, max: 900 }), waitMs: fc.integer({ min: 0, max: 5000 }) }),
    )
    fc.assert(
      fc.property(fc.integer({ min: -5000, max: 5000 }), asks, (wrongByMs, played) => {
        const { state, ask, errorMs } = machine(wrongByMs)
        for (const { legMs, waitMs } of played) {
          ask(legMs)
          state.trueMs += waitMs
          expect(Math.abs(errorMs())).toBeLessThanOrEqual(Math.abs(wrongByMs) + 1)
        }
      }),
    )
  })
})
