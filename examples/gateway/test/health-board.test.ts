import { manualClock } from '@modelgate/core/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { componentsOf, overallOf } from '../src/server/health/components.ts'
import { HealthBoard } from '../src/server/health/health-board.ts'
import type { HealthCheck } from '../src/server/health/health-check.ts'

/** A part whose checks are counted, and end when the test says so. */
function part(more: Partial<HealthCheck> = {}) {
  const ends: PromiseWithResolvers<void>[] = []
  const check = (): Promise<void> => {
    const end = Promise.withResolvers<void>()
    ends.push(end)
    return end.promise
  }
  return { ends, check: { component: 'limits', name: 'redis', check, ...more } satisfies HealthCheck }
}

const turns = () => new Promise<void>(resolve => setImmediate(resolve))

describe('a board of checks', () => {
  it('asks once for a flood of probes, and again when what it knows is old', async () => {
    const clock = manualClock(1_000_000)
    const { ends, check } = part()
    const board = new HealthBoard([check], { cacheMs: 5_000, now: clock.now })
    const flood = Array.from({ length: 100 }, () => board.results())
    expect(ends).toHaveLength(1)
    ends[0]?.resolve()
    for (const results of await Promise.all(flood)) expect(results).toMatchObject([{ name: 'redis', status: 'ok' }])
    clock.advance(4_999)
    await board.results()
    expect(ends).toHaveLength(1)
    clock.advance(1)
    const again = board.results()
    ends[1]?.reject(new Error('redis://operator:a-password@10.0.0.7 is gone'))
    const results = await again
    expect(results).toMatchObject([{ status: 'down', latencyMs: expect.any(Number) }])
    expect(JSON.stringify(results)).not.toMatch(/a-password|10\.0/)
  })

  it('waits for none that hangs, and does not ask it again before it has ended', async () => {
    const clock = manualClock(1_000_000)
    const hanging = part()
    const well = part({ component: 'keys', check: async () => undefined })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const board = new HealthBoard([hanging.check, well.check], { cacheMs: 5_000, timeoutMs: 1_000, now: clock.now })
    const down = [{ status: 'down', latencyMs: null }, { status: 'ok' }]
    const first = board.results()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await first).toMatchObject(down)
    clock.advance(5_000)
    // At once: no timer is advanced.
    expect(await board.results()).toMatchObject(down)
    expect(hanging.ends).toHaveLength(1)
    hanging.ends[0]?.resolve()
    await turns()
    clock.advance(5_000)
    const after = board.results()
    hanging.ends[1]?.resolve()
    expect(await after).toMatchObject([{ status: 'ok' }, { status: 'ok' }])
  })

  it('asks what costs something less often, and survives a check that throws and a clock that is set back', async () => {
    const clock = manualClock(1_000_000)
    let asked = 0
    const check = (): Promise<never> => {
      asked += 1
      throw new Error('at once')
    }
    const board = new HealthBoard([{ component: 'keys', name: 'x', check, everyMs: 60_000 }], { now: clock.now })
    expect(await board.results()).toMatchObject([{ status: 'down' }])
    clock.advance(59_999)
    await board.results()
    expect(asked).toBe(1)
    clock.advance(-3_600_000)
    await board.results()
    expect(asked).toBe(2)
  })
})

describe('one word for each component', () => {
  const target = (name: string, more: object = {}) => ({
    target: name,
    operation: 'chat' as const,
    breaker: 'closed' as const,
    openUntil: null,
    coolDownUntil: null,
    coolDownWhy: null,
    inFlight: 0,
    calls: 1,
    failures: 0,
    ...more,
  })
  const check = (component: 'keys' | 'limits', status: 'ok' | 'down') => ({
    component,
    name: 'x',
    status,
    latencyMs: 1,
    checkedAt: '',
  })
  const open = { breaker: 'open' as const }

  it.each([
    [[target('a/x'), target('b/y')], 'ok'],
    [[target('a/x', open), target('b/y')], 'degraded'],
    [[target('a/x', open), target('b/y', { coolDownUntil: '2026-01-01T00:00:00.000Z' })], 'down'],
    [[target('a/x'), target('b/y'), target('a/made-up-by-a-caller', open)], 'ok'],
    [[], 'ok'],
  ])('of upstreams %#', (targets, word) => {
    expect(componentsOf([], targets, ['a/x', 'b/y']).upstreams).toBe(word)
  })

  it('of stores, and of all', () => {
    const components = componentsOf([check('keys', 'ok'), check('keys', 'down'), check('limits', 'down')], [], [])
    expect(components).toEqual({ upstreams: 'ok', keys: 'degraded', limits: 'down' })
    expect(overallOf(components)).toBe('degraded')
    expect(overallOf({ upstreams: 'ok' })).toBe('ok')
  })
})
