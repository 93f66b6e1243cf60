import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/errors.ts'
import { type CoolDownOptions, CoolDowns } from '../../src/resilience/cool-downs.ts'
import { manualClock } from '../../src/testing/index.ts'

function rig(options: CoolDownOptions = {}) {
  const clock = manualClock(1_000_000)
  const cool = new CoolDowns({ now: clock.now, ...options })
  const throttle = (retryAfterMs?: number): void =>
    cool.end('a/x', 'throttled', new GatewayError('upstream_rate_limited', 'x', { retryAfterMs }))
  /** Milliseconds for which the target is left alone. */
  const waitMs = (): number => {
    const cooling = cool.find('a/x')
    return cooling ? cool.waitMs(cooling) : 0
  }
  return { clock, cool, throttle, waitMs }
}

describe('a target that throttles', () => {
  it.each([
    [undefined, 1_000],
    [0, 1_000],
    [1, 1],
    [7_000, 7_000],
    [60_000, 60_000],
    [86_400_000, 60_000],
  ])('with a Retry-After of %s ms is left alone for %i ms', (retryAfterMs, waited) => {
    const { throttle, waitMs } = rig()
    throttle(retryAfterMs)
    expect(waitMs()).toBe(waited)
  })

  it('is asked again after that', () => {
    const { clock, cool, throttle } = rig()
    throttle(500)
    clock.advance(499)
    expect(cool.find('a/x')).toBeDefined()
    clock.advance(1)
    expect(cool.find('a/x')).toBeUndefined()
  })

  it('is left alone twice as long each time, up to a minute, until it answers', () => {
    const { clock, cool, throttle, waitMs } = rig()
    const waits = Array.from({ length: 8 }, () => {
      throttle()
      const waited = waitMs()
      clock.advance(waited)
      return waited
    })
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
    cool.end('a/x', 'success', undefined)
    throttle()
    expect(waitMs()).toBe(1_000)
  })

  it('is left alone once for a hundred calls that it throttled at once', () => {
    const { throttle, waitMs } = rig()
    for (let call = 0; call < 100; call += 1) throttle()
    expect(waitMs()).toBe(1_000)
  })

  it('keeps the longer of two times, and stays alone when a call from before is answered', () => {
    const { cool, throttle, waitMs } = rig()
    throttle(5_000)
    throttle(100)
    cool.end('a/x', 'success', undefined)
    expect(waitMs()).toBe(5_000)
  })
})

describe('a target that refuses the gateway', () => {
  it('is left alone for a minute, and asked again at once when it has answered', () => {
    const { cool, waitMs } = rig()
    cool.end('a/x', 'refused', new GatewayError('upstream_auth_failed', 'x'))
    expect(cool.find('a/x')).toMatchObject({ why: 'refused' })
    expect(waitMs()).toBe(60_000)
    cool.end('a/x', 'success', undefined)
    expect(waitMs()).toBe(0)
  })

  it('is left alone for as long as `refusedMs` says', () => {
    const { cool, waitMs } = rig({ refusedMs: 5_000 })
    cool.end('a/x', 'refused', new GatewayError('upstream_auth_failed', 'x'))
    expect(waitMs()).toBe(5_000)
  })

  it('stays throttled where it was', () => {
    const { cool, throttle } = rig()
    throttle(30_000)
    cool.end('a/x', 'refused', new GatewayError('upstream_auth_failed', 'x'))
    expect(cool.find('a/x')).toMatchObject({ why: 'throttled' })
  })
})

it('a failure cools nobody, one target cools no other, and their number is bounded', () => {
  const { cool, throttle, waitMs } = rig()
  cool.end('a/x', 'failure', new GatewayError('upstream_unavailable', 'x'))
  expect(waitMs()).toBe(0)
  throttle()
  expect(cool.find('b/x')).toBeUndefined()
  for (let count = 0; count < 5_000; count += 1) cool.end(`a/${count}`, 'refused', undefined)
  expect([...cool.all()]).toHaveLength(1_000)
  cool.reset()
  expect([...cool.all()]).toHaveLength(0)
})
