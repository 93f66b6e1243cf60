import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createGateway, fleetCounters } from '../../../src/index.ts'
import { scriptedProvider } from '../../../src/testing/index.ts'
import { chatRequest } from '../../support/calls.ts'

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
