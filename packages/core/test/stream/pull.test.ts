import { describe, expect, it, vi } from 'vitest'
import { Pullable, type Receiver } from '../../src/stream/pull.ts'

const receiver = () => ({ receive: vi.fn(), refuse: vi.fn() })
const step = { done: false, value: 'a' } as const
const other = { done: false, value: 'b' } as const

class Ours extends Pullable<string> {
  readonly pulls: Receiver<string>[] = []

  protected override pull(reader: Receiver<string>): void {
    this.pulls.push(reader)
  }
}

describe('an iterator', () => {
  it('of ours tells the receiver itself', () => {
    const told = receiver()
    const iterator = new Ours()
    Pullable.read(iterator, told)
    expect(iterator.pulls).toEqual([told])
  })

  it('of anybody else’s is waited for', async () => {
    const told = receiver()
    Pullable.read({ next: () => Promise.resolve(step) }, told)
    await vi.waitFor(() => expect(told.receive).toHaveBeenCalledExactlyOnceWith(step))
    const error = new Error('cut')
    Pullable.read({ next: () => Promise.reject(error) }, told)
    await vi.waitFor(() => expect(told.refuse).toHaveBeenCalledExactlyOnceWith(error))
  })

  it('of anybody else’s that throws, or has its step at once, is read as one that promises', async () => {
    const told = receiver()
    const error = new Error('cut')
    const next = (): never => {
      throw error
    }
    Pullable.read({ next }, told)
    await vi.waitFor(() => expect(told.refuse).toHaveBeenCalledExactlyOnceWith(error))
    Pullable.read({ next: () => step as never }, told)
    await vi.waitFor(() => expect(told.receive).toHaveBeenCalledExactlyOnceWith(step))
  })

  it('of ours promises, too, and reads one after another, as a generator does', async () => {
    const iterator = new Ours()
    const steps = [iterator.next(), iterator.next(), iterator.next()]
    expect(iterator.pulls).toHaveLength(1)
    iterator.pulls[0]!.receive(step)
    await expect(steps[0]).resolves.toBe(step)
    expect(iterator.pulls).toHaveLength(2)
    iterator.pulls[1]!.refuse(new Error('cut'))
    await expect(steps[1]).rejects.toThrow('cut')
    expect(iterator.pulls).toHaveLength(3)
    iterator.pulls[2]!.receive(other)
    await expect(steps[2]).resolves.toBe(other)
  })

  const next = () => Promise.resolve(other)
  it.each<[string, (iterator: Ours) => AsyncIterator<string, undefined, undefined>]>([
    ['was spread into another', iterator => Object.assign({}, iterator, { next })],
    ['another was made from', iterator => Object.create(iterator, { next: { value: next } }) as Ours],
    ['was given another next', iterator => Object.assign(iterator, { next })],
    [
      'stands behind a proxy',
      iterator => new Proxy(iterator, { get: (_target, name) => (name === 'next' ? next : undefined) }),
    ],
  ])('of ours that %s is read by what stands in its place', async (_how, wrap) => {
    const told = receiver()
    const iterator = new Ours()
    Pullable.read(wrap(iterator), told)
    await vi.waitFor(() => expect(told.receive).toHaveBeenCalledExactlyOnceWith(other))
    expect(iterator.pulls).toEqual([])
  })
})
