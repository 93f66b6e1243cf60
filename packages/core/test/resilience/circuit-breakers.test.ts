import { describe, expect, it } from 'vitest'
import type { AttemptVerdict } from '../../src/resilience/attempt-verdict.ts'
import type { BreakerChange, CircuitBreakerOptions } from '../../src/resilience/circuit-breaker-options.ts'
import { CircuitBreakers } from '../../src/resilience/circuit-breakers.ts'
import { manualClock } from '../../src/testing/index.ts'

function rig(options: CircuitBreakerOptions = {}) {
  const clock = manualClock(1_000_000)
  const changes: BreakerChange[] = []
  const onStateChange = (change: BreakerChange): void => void changes.push(change)
  const breakers = new CircuitBreakers({ now: clock.now, random: () => 0, onStateChange, ...options })
  /** What became of an attempt; `undefined` where it was not made. */
  const attempt = (verdict: AttemptVerdict, key = 'a/x'): AttemptVerdict | undefined => {
    const breaker = breakers.find(key)
    const epoch = breaker ? breaker.admit() : 0
    if (epoch === undefined) return undefined
    breakers.end(key, { breaker, epoch }, verdict)
    return verdict
  }
  const attempts = (count: number, verdict: AttemptVerdict) => Array.from({ length: count }, () => attempt(verdict))
  const state = () => breakers.find('a/x')?.state.state
  return { breakers, clock, changes, attempt, attempts, state }
}

describe('a circuit breaker', () => {
  it('opens upon five failures one after another, and not upon four', () => {
    const { attempts, attempt, state } = rig()
    attempts(4, 'failure')
    expect(state()).toBe('closed')
    attempt('success')
    attempts(4, 'failure')
    expect(state()).toBe('closed')
    attempt('failure')
    expect(state()).toBe('open')
    expect(attempt('success')).toBeUndefined()
  })

  it('opens when half of ten calls in a minute fail, and not of nine', () => {
    const { attempts, state, attempt } = rig()
    for (let pair = 0; pair < 4; pair += 1) attempts(1, pair % 2 ? 'success' : 'failure')
    attempts(2, 'success')
    attempts(3, 'failure')
    expect(state()).toBe('closed')
    attempt('failure')
    expect(state()).toBe('open')
  })

  it('opens at the rate whether the call that makes it so has failed or not', () => {
    const { attempts, attempt, state } = rig()
    for (let pair = 0; pair < 4; pair += 1) attempts(1, pair % 2 ? 'success' : 'failure')
    attempts(3, 'failure')
    attempts(2, 'success')
    expect(state()).toBe('closed')
    attempt('success')
    expect(state()).toBe('open')
  })

  it('opens with a success where those before it have left the window, and its failures have not', () => {
    const { attempts, clock, state } = rig({ failureThreshold: 100 })
    attempts(12, 'success')
    clock.advance(30_000)
    attempts(11, 'failure')
    expect(state()).toBe('closed')
    clock.advance(36_000)
    attempts(1, 'success')
    expect(state()).toBe('open')
  })

  it('opens at the rate, from the number of calls and over the window that it is told', () => {
    const { attempts, clock, state } = rig({
      failureRateThreshold: 40,
      minimumNumberOfCalls: 4,
      slidingWindowMs: 6_000,
    })
    attempts(1, 'failure')
    clock.advance(6_600)
    attempts(2, 'success')
    attempts(1, 'failure')
    expect(state()).toBe('closed')
    attempts(1, 'failure')
    expect(state()).toBe('open')
  })

  it('stays closed below the rate that it is told', () => {
    const { attempts, state } = rig({ failureRateThreshold: 60 })
    for (let pair = 0; pair < 10; pair += 1) {
      attempts(1, 'success')
      attempts(1, 'failure')
    }
    expect(state()).toBe('closed')
  })

  it('forgets what is older than its window', () => {
    const { attempts, attempt, clock, state } = rig()
    for (let count = 0; count < 4; count += 1) attempts(1, count % 2 ? 'success' : 'failure')
    attempt('success')
    clock.advance(66_000)
    for (let count = 0; count < 4; count += 1) attempts(1, count % 2 ? 'success' : 'failure')
    attempt('failure')
    expect(state()).toBe('closed')
  })

  it.each(['neutral', 'throttled', 'refused'] as const)('takes %s for nothing, however often', verdict => {
    const { attempts, state } = rig()
    attempts(1_000, verdict)
    expect(state()).toBeUndefined()
    attempts(4, 'failure')
    attempts(1_000, verdict)
    expect(state()).toBe('closed')
    attempts(1, 'failure')
    expect(state()).toBe('open')
  })

  it('lets one probe through after its wait, closes when that succeeds, and waits twice as long when it fails', () => {
    const { attempts, attempt, clock, state, changes } = rig()
    attempts(5, 'failure')
    clock.advance(29_999)
    expect(attempt('success')).toBeUndefined()
    clock.advance(1)
    expect(attempt('failure')).toBe('failure')
    clock.advance(59_999)
    expect(attempt('success')).toBeUndefined()
    clock.advance(1)
    expect(attempt('success')).toBe('success')
    expect(state()).toBe('closed')
    attempts(4, 'failure')
    expect(state()).toBe('closed')
    expect(changes.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'closed open',
      'open halfOpen',
      'halfOpen open',
      'open halfOpen',
      'halfOpen closed',
    ])
  })

  it('waits for as long as it is told, also where that is more than the longest wait by default', () => {
    const { attempts, attempt, clock } = rig({ waitDurationInOpenStateMs: 600_000 })
    attempts(5, 'failure')
    clock.advance(599_999)
    expect(attempt('success')).toBeUndefined()
    clock.advance(1)
    expect(attempt('success')).toBe('success')
  })

  it('gives a probe that was cancelled to the next call', () => {
    const { attempts, attempt, clock, state } = rig()
    attempts(5, 'failure')
    clock.advance(30_000)
    for (let count = 0; count < 50; count += 1) expect(attempt('neutral')).toBe('neutral')
    expect(state()).toBe('halfOpen')
    attempt('success')
    expect(state()).toBe('closed')
  })

  it('hears nothing from attempts that began before it opened', () => {
    const { breakers, attempts, clock, state } = rig()
    attempts(4, 'failure')
    const breaker = breakers.find('a/x')!
    const before = [breaker.admit()!, breaker.admit()!, breaker.admit()!]
    breakers.end('a/x', { breaker, epoch: before[0]! }, 'failure')
    breakers.end('a/x', { breaker, epoch: before[1]! }, 'success')
    expect(state()).toBe('open')
    clock.advance(30_000)
    const probe = breaker.admit()!
    breakers.end('a/x', { breaker, epoch: before[2]! }, 'failure')
    expect(state()).toBe('halfOpen')
    breakers.end('a/x', { breaker, epoch: probe }, 'success')
    expect(state()).toBe('closed')
  })

  it('is one a target, and can be closed by hand', () => {
    const { attempts, attempt, breakers, state } = rig()
    attempts(5, 'failure')
    expect(attempt('success', 'b/x')).toBe('success')
    breakers.find('a/x')!.reset()
    expect(state()).toBe('closed')
    attempts(4, 'failure')
    expect(state()).toBe('closed')
  })

  it('keeps a bounded number of targets, and none for those that nothing is known of', () => {
    const { attempt, breakers } = rig()
    for (let count = 0; count < 5_000; count += 1) attempt('refused', `a/${count}`)
    expect(breakers.all()).toHaveLength(0)
    for (let count = 0; count < 5_000; count += 1) attempt('success', `a/${count}`)
    expect(breakers.all()).toHaveLength(1_000)
  })

  it('forgets the targets that nobody asked for longest, and not those that came first', () => {
    const { attempt, attempts, breakers, state } = rig()
    attempts(5, 'failure')
    for (let count = 0; count < 2_000; count += 1) {
      attempt('success', `a/${count}`)
      expect(attempt('success')).toBeUndefined()
    }
    expect(state()).toBe('open')
    expect(breakers.find('a/0')).toBeUndefined()
    expect(breakers.find('a/1999')).toBeDefined()
  })
})
