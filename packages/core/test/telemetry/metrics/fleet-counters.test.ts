import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import {
  completedOutcome,
  createGateway,
  type FleetCountersOptions,
  type FleetMinute,
  fleetCounters,
  type Middleware,
  settledAs,
} from '../../../src/index.ts'
import { scriptedProvider } from '../../../src/testing/index.ts'
import { chatRequest, turns } from '../../support/calls.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

it('a flush takes no longer than it may, whatever the store does', async () => {
  const gateway = createGateway({ providers: [scriptedProvider('us', ['Hi'])], auth: 'none', metrics: true })
  const put = vi.fn(() => new Promise<never>(() => {}))
  const counters = fleetCounters({ snapshot: () => gateway.metrics(), store: { put, read: put }, intervalMs: 0 })
  await gateway.chat(chatRequest({ model: 'us/nova' }))
  let isOver = false
  void counters.flush({ timeoutMs: 50 }).then(() => {
    isOver = true
  })
  await vi.advanceTimersByTimeAsync(49)
  expect([isOver, put.mock.calls.length]).toEqual([false, 1])
  await vi.advanceTimersByTimeAsync(1)
  expect(isOver).toBe(true)
})

it('a minute tells the greatest value that it had, not that of an hour before', async () => {
  const tokens = [1_000, 10, 12, 11]
  const using: Middleware = async (call, next) => {
    const usage = { prompt_tokens: tokens.shift() ?? 0, completion_tokens: 1, total_tokens: 1 }
    return { ...(await next(call)), settled: settledAs(completedOutcome({ usage })) }
  }
  const gateway = createGateway({ providers: [scriptedProvider('us', ['Hi'])], metrics: true, use: [using] })
  const kept: FleetMinute[] = []
  const store = { put: async (minute: FleetMinute) => void kept.push(minute), read: async () => kept }
  let now = 0
  const counters = fleetCounters({ snapshot: () => gateway.metrics(), store, intervalMs: 0, now: () => now })
  for (const calls of [1, 1, 2, 0]) {
    for (let call = 0; call < calls; call += 1) await gateway.chat(chatRequest({ model: 'us/nova' }))
    await turns()
    await counters.flush()
    now += 60_000
  }
  expect(kept.map(({ calls }) => calls[0]?.promptTokens.max)).toEqual([1_000, 10, expect.any(Number)])
  const most = kept[2]?.calls[0]?.promptTokens.max
  expect(most).toBeGreaterThanOrEqual(12)
  expect(most).toBeLessThanOrEqual(16)
})

it.each([
  // As a timer's it would overflow, and write every millisecond.
  [{ intervalMs: 2 ** 31 }, '`intervalMs` must be at most 2147483647, got 2147483648.'],
  [{ maxSeries: 0 }, '`maxSeries` must be at least 1, got 0.'],
  [{ store: undefined }, '`store` must be a store with put and read.'],
])('refuses what it could not count with: %o', (wrong, words) => {
  const options = { snapshot: () => undefined, store: { put: async () => {}, read: async () => [] }, ...wrong }
  expect(() => fleetCounters(options as FleetCountersOptions)).toThrow(`fleetCounters(): ${words}`)
})
