import { stat } from 'node:fs'
import { expect, it, vi } from 'vitest'
import type { LimitStore } from '../../src/limits/limit-store.ts'
import { Limiter } from '../../src/limits/limiter.ts'
import { memoryLimitStore } from '../../src/limits/memory-limit-store.ts'

it('an answer that came while this process was busy is in time, though the time-out is looked at first', async () => {
  const memory = memoryLimitStore()
  const store: LimitStore = {
    // Answers as a socket does, in the part of a turn that comes after the timers.
    reserve: (reservation, settlements) =>
      new Promise(resolve => stat('.', () => resolve(memory.reserve(reservation, settlements)))),
    settle: settlements => memory.settle(settlements),
  }
  const onError = vi.fn()
  const limiter = new Limiter({ store, onStoreError: 'closed', storeTimeoutMs: 20, onError })
  const plan = limiter.planOf({ tenant: 'acme', rateLimit: { requestsPerMinute: 5 } })!
  const headers: Record<string, string> = {}
  const admitted = limiter.admit({ plan, tokens: 0, headers })
  const busyUntil = performance.now() + 100
  while (performance.now() < busyUntil);
  await admitted
  expect(headers['x-ratelimit-remaining-requests']).toBe('4')
  expect(onError).not.toHaveBeenCalled()
})
