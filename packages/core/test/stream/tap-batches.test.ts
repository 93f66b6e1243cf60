import { expect, it, vi } from 'vitest'
import type { FrameBatch } from '../../src/contract.ts'
import { tapBatches } from '../../src/stream/tap-batches.ts'

const over = { done: true, value: undefined } as const

function tapOf(source: Partial<AsyncIterator<FrameBatch, undefined, undefined>>) {
  const batches = { [Symbol.asyncIterator]: () => ({ next: async () => over, ...source }) }
  return tapBatches(batches, () => {})[Symbol.asyncIterator]()
}

it('a tap that its reader leaves closes its source, and one that fails in its reader tells it', async () => {
  const left = vi.fn(async () => over)
  expect(await tapOf({ return: left }).return?.()).toBe(over)
  expect(left).toHaveBeenCalledOnce()
  const failed = vi.fn(async () => over)
  const fault = new Error('does not parse')
  expect(await tapOf({ throw: failed }).throw?.(fault)).toBe(over)
  expect(failed).toHaveBeenCalledWith(fault)
})

it('a tap on what can only be read is left all the same', async () => {
  expect(await tapOf({}).return?.()).toEqual(over)
  await expect(tapOf({}).throw?.(new Error('does not parse'))).rejects.toThrow('does not parse')
})
