import { describe, expect, it } from 'vitest'
import { SourceBreaker } from '../src/source-breaker.ts'

function openBreaker() {
  const clock = { nowMs: 0 }
  const breaker = new SourceBreaker({ failureThreshold: 2 }, { now: () => clock.nowMs, random: () => 0 })
  const early = [breaker.admit(), breaker.admit(), breaker.admit()].map(epoch => epoch ?? -1)
  for (const epoch of early.slice(0, 2)) breaker.failed(epoch)
  return { breaker, clock, late: early[2] ?? -1 }
}

describe('the breaker of a source', () => {
  it('hears nothing of searches that began before it opened', () => {
    const { breaker, clock, late } = openBreaker()
    expect(breaker.state).toBe('open')
    clock.nowMs = 29_999
    breaker.failed(late)
    breaker.succeeded(late)
    expect(breaker.admit()).toBeUndefined()
    clock.nowMs = 30_000
    expect(breaker.admit()).toBeDefined()
    breaker.failed(late)
    breaker.succeeded(late)
    expect(breaker.state).toBe('halfOpen')
  })

  it('waits twice as long after each probe that failed, five minutes at the most', () => {
    const { breaker, clock } = openBreaker()
    const waits: number[] = []
    for (let time = 0; time < 6; time += 1) {
      const since = clock.nowMs
      let epoch = breaker.admit()
      for (; epoch === undefined; epoch = breaker.admit()) clock.nowMs += 1_000
      waits.push(clock.nowMs - since)
      breaker.failed(epoch)
    }
    expect(waits).toEqual([30_000, 60_000, 120_000, 240_000, 300_000, 300_000])
  })

  it('is neither opened nor kept closed by what was wrong with a query, and closes by it when it probes', () => {
    const breaker = new SourceBreaker({ failureThreshold: 2 }, { now: () => nowMs, random: () => 0 })
    let nowMs = 0
    for (let time = 0; time < 5; time += 1) breaker.answered(breaker.admit() ?? -1)
    breaker.failed(breaker.admit() ?? -1)
    breaker.answered(breaker.admit() ?? -1)
    expect(breaker.state).toBe('closed')
    breaker.failed(breaker.admit() ?? -1)
    expect(breaker.state).toBe('open')
    nowMs = 30_000
    breaker.answered(breaker.admit() ?? -1)
    expect(breaker.state).toBe('closed')
  })

  it('counts anew once it has closed', () => {
    const { breaker, clock } = openBreaker()
    clock.nowMs = 30_000
    breaker.succeeded(breaker.admit() ?? -1)
    breaker.failed(breaker.admit() ?? -1)
    expect(breaker.state).toBe('closed')
    breaker.failed(breaker.admit() ?? -1)
    expect(breaker.state).toBe('open')
  })
})
