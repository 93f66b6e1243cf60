import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TimedReads } from '../../src/stream/timed-reads.ts'

const never = new Promise<never>(() => {})
const over = { done: true, value: undefined } as const

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('reads whose time is over', () => {
  it.each<[string, () => Promise<typeof over>]>([
    ['cannot be closed', () => Promise.reject(new Error('gone'))],
    [
      'throws where it is closed',
      () => {
        throw new Error('gone')
      },
    ],
    ['promises nothing where it is closed', () => undefined as never],
  ])('are over, also of a source that %s', async (_, close) => {
    const timed = new TimedReads({ next: () => never, return: close }, 50)
    const reading = timed.next()
    await vi.advanceTimersByTimeAsync(60)
    await expect(reading).resolves.toEqual(over)
    expect(timed.isLate).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('are over for good: a source that says nothing is not waited for again', async () => {
    const next = vi.fn(() => never)
    const timed = new TimedReads({ next }, 50)
    const reading = timed.next()
    await vi.advanceTimersByTimeAsync(60)
    await reading
    const again = vi.fn()
    void timed.next().then(again)
    await vi.advanceTimersByTimeAsync(0)
    expect(again).toHaveBeenCalledExactlyOnceWith(over)
    expect(next).toHaveBeenCalledOnce()
    expect(vi.getTimerCount()).toBe(0)
  })
})

it('a source that throws where it should promise has failed, and leaves no timer', async () => {
  const next = (): never => {
    throw new Error('broken')
  }
  await expect(new TimedReads({ next }, 50).next()).rejects.toThrow('broken')
  expect(vi.getTimerCount()).toBe(0)
})
