import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { admitted, answering, type BreakerState, closed, opened, probed } from '../../src/resilience/breaker-state.ts'

const timing = {
  waitDurationInOpenStateMs: 30_000,
  maxWaitDurationInOpenStateMs: 300_000,
  permittedNumberOfCallsInHalfOpenState: 1,
}

describe('opened', () => {
  it.each([
    [1, 30_000],
    [2, 60_000],
    [3, 120_000],
    [4, 240_000],
    [5, 300_000],
    [60, 300_000],
  ])('the opening no. %i in a row lasts %i ms', (openings, waitMs) => {
    let state = closed(0)
    for (let count = 0; count < openings; count += 1) state = opened(state, 1_000, { timing, random: 0 })
    expect(state).toEqual({ state: 'open', epoch: openings, openings, untilMs: 1_000 + waitMs })
  })

  it('lasts up to a tenth longer by chance, and never longer than the longest', () => {
    expect(opened(closed(0), 0, { timing, random: 0.5 })).toMatchObject({ untilMs: 31_500 })
    const long = { ...timing, waitDurationInOpenStateMs: 299_000 }
    expect(opened(closed(0), 0, { timing: long, random: 0.99 })).toMatchObject({ untilMs: 300_000 })
  })
})

describe('admitted', () => {
  const open = opened(closed(0), 0, { timing, random: 0 })

  it('lets all through while closed, nobody while open', () => {
    expect(admitted(closed(3), 0, timing)).toEqual(closed(3))
    expect(admitted(open, 29_999, timing)).toBeUndefined()
  })

  it.each([1, 3])('gives exactly %i places once the wait is over', permitted => {
    const some = { ...timing, permittedNumberOfCallsInHalfOpenState: permitted }
    let state: BreakerState | undefined = open
    let given = 0
    for (let call = 0; call < 100; call += 1) {
      const next = admitted(state, 30_000, some)
      if (!next) continue
      given += 1
      state = next
    }
    expect(given).toBe(permitted)
  })

  it('gives places anew after five minutes: a probe that never ends must not shut its target for ever', () => {
    const probing = admitted(open, 30_000, timing)!
    expect(admitted(probing, 329_999, timing)).toBeUndefined()
    const anew = admitted(probing, 330_000, timing)
    expect(anew).toMatchObject({ state: 'halfOpen', waiting: 1, openings: 1 })
    expect(anew!.epoch).not.toBe(probing.epoch)
  })
})

describe('probed', () => {
  const two = { ...timing, permittedNumberOfCallsInHalfOpenState: 2 }
  const ending = { nowMs: 40_000, timing: two, random: 0 }

  function halfOpen(): Extract<BreakerState, { state: 'halfOpen' }> {
    const state = admitted(opened(closed(0), 0, { timing: two, random: 0 }), 30_000, two)
    if (state?.state !== 'halfOpen') throw new Error('is not half-open')
    return state
  }

  it('closes when all have succeeded, opens for twice as long when one has failed', () => {
    const one = probed(halfOpen(), 'success', ending)
    expect(one).toMatchObject({ state: 'halfOpen', succeeded: 1 })
    expect(probed(one as never, 'success', ending)).toMatchObject({ state: 'closed' })
    expect(probed(one as never, 'failure', ending)).toMatchObject({ state: 'open', untilMs: 100_000 })
  })

  it('gives the place back of one that said nothing', () => {
    expect(probed(halfOpen(), 'neutral', ending)).toMatchObject({ state: 'halfOpen', waiting: 0, succeeded: 0 })
  })

  it('makes room for another once one streams, whose end still decides', () => {
    const streams = answering(halfOpen())
    expect(streams).toMatchObject({ state: 'halfOpen', waiting: 0, succeeded: 0 })
    const streaming = { ...ending, hasAnswered: true }
    expect(probed(streams as never, 'neutral', streaming)).toMatchObject({ waiting: 0, succeeded: 0 })
    expect(probed(streams as never, 'failure', streaming)).toMatchObject({ state: 'open', openings: 2 })
    const [one, none] = [probed(streams as never, 'success', streaming), admitted(streams, 40_000, two)]
    expect([one, none]).toMatchObject([{ waiting: 0, succeeded: 1 }, { waiting: 1 }])
  })

  it('never has more probes under way than are permitted, and leaks no place', () => {
    const step = fc.constantFrom('ask', 'answer', 'success', 'failure', 'neutral', 'wait' as const)
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 4 }), (steps, permitted) => {
        const some = { ...timing, permittedNumberOfCallsInHalfOpenState: permitted }
        let state: BreakerState = opened(closed(0), 0, { timing: some, random: 0 })
        let now = 0
        let underWay: { epoch: number; hasAnswered: boolean }[] = []
        for (const action of steps) {
          if (action === 'wait') now += 10_000
          else if (action === 'ask') {
            const next = admitted(state, now, some)
            if (next) underWay.push({ epoch: next.epoch, hasAnswered: false })
            state = next ?? state
          } else if (action === 'answer') {
            const probe = underWay.find(({ hasAnswered }) => !hasAnswered)
            if (probe?.epoch !== state.epoch || state.state !== 'halfOpen') continue
            probe.hasAnswered = true
            state = answering(state)
          } else {
            const probe = underWay.shift()
            if (probe?.epoch === state.epoch && state.state === 'halfOpen') {
              const { hasAnswered } = probe
              state = probed(state, action as 'success', { nowMs: now, timing: some, random: 0, hasAnswered })
            }
          }
          const { epoch } = state
          underWay = underWay.filter(begun => begun.epoch === epoch)
          if (state.state !== 'halfOpen') continue
          expect(state.waiting).toBe(underWay.filter(({ hasAnswered }) => !hasAnswered).length)
          expect(state.waiting).toBeLessThanOrEqual(permitted)
        }
      }),
    )
  })
})
