import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Decided, GuardedStore, type GuardedStoreOptions } from '../../src/limits/guarded-store.ts'
import type { LimitWindow } from '../../src/limits/limit-store.ts'
import { memoryLimitStore } from '../../src/limits/memory-limit-store.ts'
import type { DueSettlement } from '../../src/limits/settlement-queue.ts'
import { rejection, turns } from '../support/calls.ts'
import { steeredLimitStore } from '../support/steered-limit-store.ts'

const tpm: LimitWindow = { meter: 'tokens', windowMs: 60_000, quota: 100 }
const rpm: LimitWindow = { meter: 'requests', windowMs: 60_000, quota: 10 }
const reservation = { subject: 'key:k', windows: [rpm, tpm], tokens: 40 }
const due: DueSettlement = {
  settlement: { subject: 'key:k', windows: [rpm, tpm], slot: 0, tokens: -5 },
  expiresAt: 60_000,
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

function guarded(options: Partial<GuardedStoreOptions> = {}) {
  const clock = { ms: 0 }
  const now = () => clock.ms
  const store = steeredLimitStore(now)
  const onError = vi.fn()
  const back: DueSettlement[] = []
  const guard = new GuardedStore({
    store,
    onStoreError: 'local',
    expectedInstances: 1,
    storeTimeoutMs: 50,
    now,
    onError,
    ...options,
  })
  const reserve = async (waiting: readonly DueSettlement[] = []): Promise<Decided> =>
    guard.reserve(reservation, waiting, put => back.push(...put))
  return { clock, store, onError, back, guard, reserve }
}

describe('a store that is well', () => {
  it('decides, and is told the settlements that wait', async () => {
    const { store, reserve, back } = guarded()
    expect(await reserve([due])).toMatchObject({ by: 'store', decision: { allowed: true } })
    expect(store.reservations[0]?.settlements).toEqual([due.settlement])
    expect(back).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is answered for at once where it answers at once', () => {
    const { guard } = guarded({ store: memoryLimitStore({ now: () => 0 }) })
    expect(guard.reserve(reservation, [], () => {})).toMatchObject({ by: 'store', decision: { allowed: true } })
    expect(guard.settle([due], () => {})).toBeUndefined()
  })
})

describe('a store that fails', () => {
  it.each(['reject', 'throw'] as const)('by %s is stood in for by memory, with this process’s share', async mode => {
    const { store, reserve, back } = guarded({ expectedInstances: 3 })
    store.mode = mode
    const { decision, by } = await reserve([due])
    expect(by).toBe('local')
    expect(decision?.windows.map(({ window }) => window.quota)).toEqual([3, 33])
    // 40 tokens do not fit into a third of 100.
    expect(decision?.allowed).toBe(false)
    expect(back).toEqual([due])
  })

  it('for one subject alone is asked on for the others, and is known to be back by it', async () => {
    const { clock, store, onError, guard, reserve, back } = guarded()
    const ofOne = Object.assign(new Error('WRONGTYPE'), { ofOneSubject: true })
    const one = async (waiting: readonly DueSettlement[] = []) => {
      store.mode = 'hold'
      const asked = guard.reserve({ ...reservation, subject: 'key:one' }, waiting, put => back.push(...put))
      store.release(ofOne)
      store.mode = 'answer'
      return asked
    }
    expect((await one([due])).by).toBe('local')
    expect(back).toEqual([due])
    expect((await reserve()).by).toBe('store')
    expect((await one()).by).toBe('local')
    expect(onError.mock.calls).toEqual([[ofOne]])
    store.mode = 'reject'
    expect((await reserve()).by).toBe('local')
    expect(onError).toHaveBeenCalledTimes(2)
    clock.ms = 1_000
    expect((await one()).by).toBe('local')
    expect((await reserve()).by).toBe('store')
  })

  it('leaves a share of at least one, and of nothing nothing', async () => {
    const { store, guard } = guarded({ expectedInstances: 100 })
    store.mode = 'reject'
    const windows = [rpm, { ...rpm, windowMs: 3_600_000, quota: 0 }]
    const { decision } = await guard.reserve({ ...reservation, windows }, [], () => {})
    expect(decision?.windows.map(({ window }) => window.quota)).toEqual([1, 0])
  })

  it('has a call that is larger than a share come again, and one that is larger than the limit never', async () => {
    const { store, guard } = guarded({ expectedInstances: 4 })
    store.mode = 'reject'
    const retryAfterMs = async (tokens: number) => {
      const { decision } = await guard.reserve({ ...reservation, tokens }, [], () => {})
      return decision?.allowed === false && decision.retryAfterMs
    }
    expect(await retryAfterMs(40)).toBe(1_000)
    expect(await retryAfterMs(101)).toBe(Number.POSITIVE_INFINITY)
  })

  it('lets everybody in with `open`', async () => {
    const { store, reserve } = guarded({ onStoreError: 'open' })
    store.mode = 'reject'
    expect(await reserve()).toEqual({ decision: undefined, by: 'nobody' })
  })

  it('lets nobody in with `closed`', async () => {
    const { store, reserve, back } = guarded({ onStoreError: 'closed' })
    store.mode = 'reject'
    expect(await rejection(reserve([due]))).toMatchObject({ code: 'limits_unavailable', status: 503 })
    expect(await rejection(reserve([due]))).toMatchObject({ code: 'limits_unavailable' })
    expect(back).toEqual([due, due])
  })

  it('is asked again after a second by one call, for which the others do not wait', async () => {
    const { clock, store, reserve } = guarded()
    store.mode = 'reject'
    await reserve()
    clock.ms = 999
    await reserve()
    expect(store.reservations).toHaveLength(1)
    clock.ms = 1_000
    store.mode = 'hold'
    const first = reserve()
    expect((await reserve()).by).toBe('local')
    expect(store.reservations).toHaveLength(2)
    store.release()
    expect((await first).by).toBe('store')
    store.mode = 'answer'
    expect((await reserve()).by).toBe('store')
  })

  it('is told of once a minute', async () => {
    const { clock, store, reserve, onError } = guarded()
    store.mode = 'reject'
    for (clock.ms = 0; clock.ms < 60_000; clock.ms += 500) await reserve()
    expect(store.reservations).toHaveLength(60)
    expect(onError.mock.calls).toEqual([[new Error('store rejected')]])
    await reserve()
    expect(onError).toHaveBeenCalledTimes(2)
  })
})

describe('a store that does not answer in time', () => {
  it('holds nobody up, and what it reserves too late is given back', async () => {
    const { store, reserve, back, onError } = guarded()
    store.mode = 'hold'
    const asked = reserve([due])
    vi.advanceTimersByTime(49)
    expect(store.reservations).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect((await asked).by).toBe('local')
    expect(onError.mock.calls[0]?.[0]).toMatchObject({ message: 'The limit store did not answer within 50 ms.' })
    // Whether the settlement was written is not known yet.
    expect(back).toEqual([])
    store.release()
    await Promise.resolve()
    expect(back).toEqual([
      { settlement: { subject: 'key:k', windows: [rpm, tpm], slot: 0, tokens: -40 }, expiresAt: 60_000 },
    ])
  })

  it('is not remembered for ever of answers that never come', async () => {
    const { guard, store, reserve } = guarded()
    const ask = store.reserve.bind(store)
    store.reserve = () => new Promise(() => {})
    const never = reserve()
    store.reserve = ask
    store.mode = 'hold'
    const late = Array.from({ length: 1_000 }, () => reserve())
    vi.advanceTimersByTime(50)
    await Promise.all([never, ...late])
    const answered = vi.fn()
    void guard.answers().then(answered)
    await turns()
    expect(answered).not.toHaveBeenCalled()
    store.release()
    await turns()
    expect(answered).toHaveBeenCalled()
  })

  it('gets its settlements once more where it fails in the end', async () => {
    const { store, guard, reserve, back } = guarded()
    store.mode = 'hold'
    const asked = reserve([due])
    const settled = guard.settle([due], put => back.push(...put))
    vi.advanceTimersByTime(50)
    await asked
    await settled
    expect(back).toEqual([])
    store.release(new Error('gone'))
    await Promise.resolve()
    await Promise.resolve()
    expect(back).toEqual([due, due])
  })

  it('is given nothing back for a call that it refused too late', async () => {
    const { store, reserve, back } = guarded()
    store.memory.reserve({ ...reservation, tokens: 100 }, [])
    store.mode = 'hold'
    const asked = reserve()
    vi.advanceTimersByTime(50)
    await asked
    store.release()
    await Promise.resolve()
    expect(back).toEqual([])
  })
})

describe('settling', () => {
  it.each(['reject', 'throw'] as const)('puts back what a store that fails by %s has not written', async mode => {
    const { clock, store, guard, back, onError } = guarded()
    store.mode = mode
    await guard.settle([due], put => back.push(...put))
    expect(back).toEqual([due])
    expect(onError).toHaveBeenCalledTimes(1)
    await guard.settle([due], put => back.push(...put))
    expect(store.settled).toHaveLength(1)
    clock.ms = 1_000
    store.mode = 'answer'
    await guard.settle([due], put => back.push(...put))
    expect(store.settled).toHaveLength(2)
    expect(back).toEqual([due, due])
  })

  it('that fails long after its time leaves a store alone that answers again', async () => {
    const { clock, store, guard, reserve, back } = guarded()
    store.mode = 'hold'
    const settled = guard.settle([due], put => back.push(...put))
    vi.advanceTimersByTime(50)
    await settled
    store.mode = 'answer'
    clock.ms = 1_000
    expect((await reserve()).by).toBe('store')
    store.release(new Error('gone'))
    await Promise.resolve()
    await Promise.resolve()
    expect(back).toEqual([due])
    expect((await reserve()).by).toBe('store')
  })

  it('of what was counted in memory is told to memory', async () => {
    const { store, guard, reserve } = guarded()
    store.mode = 'reject'
    const { decision } = await reserve()
    const slot = decision?.allowed ? decision.slot : 0
    guard.settleLocally({ subject: 'key:k', windows: [rpm, tpm], slot, tokens: -40 })
    expect((await reserve()).decision?.windows[1]?.remaining).toBe(60)
    expect(store.settled).toEqual([])
  })
})
