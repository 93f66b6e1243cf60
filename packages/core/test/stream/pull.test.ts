import { describe, expect, it, vi } from 'vitest'
import { type PullIterator, pull, pulled } from '../../src/stream/pull.ts'

const receiver = () => ({ receive: vi.fn(), refuse: vi.fn() })
const step = { done: false, value: 'a' } as const

describe('an iterator', () => {
  it('that can be pulled tells the receiver itself', () => {
    const told = receiver()
    const next = vi.fn()
    const iterator: PullIterator<string> = { next, pull: reader => reader.receive(step) }
    pull(iterator, told)
    expect(told.receive).toHaveBeenCalledExactlyOnceWith(step)
    expect(next).not.toHaveBeenCalled()
  })

  it('that only promises is waited for', async () => {
    const told = receiver()
    pull({ next: () => Promise.resolve(step) }, told)
    await vi.waitFor(() => expect(told.receive).toHaveBeenCalledExactlyOnceWith(step))
    const error = new Error('cut')
    pull({ next: () => Promise.reject(error) }, told)
    await vi.waitFor(() => expect(told.refuse).toHaveBeenCalledExactlyOnceWith(error))
  })

  it('that is pulled can promise, too', async () => {
    await expect(pulled<string>({ pull: reader => reader.receive(step) })).resolves.toBe(step)
    await expect(pulled({ pull: reader => reader.refuse(new Error('cut')) })).rejects.toThrow('cut')
  })
})
