import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { GatewayError } from '../../src/errors.ts'
import { closeSource } from '../../src/stream/close-source.ts'
import { readErrorBody } from '../../src/upstream/read-error-body.ts'
import type { UpstreamBody } from '../../src/upstream/transport.ts'
import { rejection } from '../support/calls.ts'
import { decode } from './transport-cases.ts'

type Step = IteratorResult<Uint8Array, undefined>

/** A body that gives what `read` gives, counts, and cannot even be closed without an error. */
function bodyOf(read: () => Promise<Step>): UpstreamBody & { reads: number; closed: number } {
  return {
    reads: 0,
    closed: 0,
    next() {
      this.reads += 1
      return read()
    },
    return() {
      this.closed += 1
      return Promise.reject(new Error('closed twice'))
    },
  }
}
const some = (bytes: Uint8Array): Step => ({ done: false, value: bytes })
const over: Step = { done: true, value: undefined }

/** Gives these texts, one a read, and then ends. */
function texts(...list: readonly string[]): ReturnType<typeof bodyOf> {
  const rest = [...list]
  return bodyOf(() => {
    const text = rest.shift()
    return Promise.resolve(text === undefined ? over : some(Buffer.from(text)))
  })
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

describe('readErrorBody()', () => {
  it.each([[[]], [['whole']], [['in ', 'several ', 'reads']]])('puts %j together', async reads => {
    const body = texts(...reads)
    expect(decode(await readErrorBody(body))).toBe(reads.join(''))
    expect(body.closed).toBe(0)
  })

  it('gives a body that never ends 2 s in all, then nothing of it, and closes it', async () => {
    const body = bodyOf(() => new Promise(resolve => setTimeout(resolve, 900, some(Buffer.from(' ')))))
    const reading = readErrorBody(body)
    await vi.advanceTimersByTimeAsync(1_990)
    expect(body.closed).toBe(0)
    await vi.advanceTimersByTimeAsync(20)
    expect([await reading, body.closed]).toEqual([undefined, 1])
    await vi.advanceTimersByTimeAsync(1_000)
  })

  it('gives up one that says nothing at all, and does not mind how its read ends then', async () => {
    const { promise, reject } = Promise.withResolvers<Step>()
    const body = bodyOf(() => promise)
    const reading = readErrorBody(body)
    await vi.advanceTimersByTimeAsync(2_000)
    expect([await reading, body.closed]).toEqual([undefined, 1])
    reject(new GatewayError('stream_interrupted', 'closed'))
    await vi.advanceTimersByTimeAsync(1)
  })

  it('gives up a flood that never lets the clock ring, after 2 s', async () => {
    const body = bodyOf(() => {
      vi.advanceTimersByTime(100)
      return Promise.resolve(some(Buffer.from(' ')))
    })
    expect([await readErrorBody(body), body.reads, body.closed]).toEqual([undefined, 20, 1])
  })

  it('takes 64 KB and not a byte more: a longer one is closed, and nothing of it told', async () => {
    const block = 'x'.repeat(32 * 1024)
    expect(await readErrorBody(texts(block, block))).toHaveLength(64 * 1024)
    const longer = texts(block, block, 'x', 'never read')
    expect([await readErrorBody(longer), longer.reads, longer.closed]).toEqual([undefined, 3, 1])
  })

  it.each([
    ['breaks', new GatewayError('stream_interrupted', 'cut')],
    ['makes no sense', new GatewayError('upstream_bad_response', 'no gzip')],
    ['throws something', new Error('closed')],
  ])('tells nothing of a body that %s', async (_, error) => {
    expect(await readErrorBody(bodyOf(() => Promise.reject(error)))).toBeUndefined()
  })

  it.each(['cancelled', 'timeout_total'] as const)('throws why the call was given up: %s', async code => {
    const reason = new GatewayError(code, 'The end.')
    expect(await rejection(readErrorBody(bodyOf(() => Promise.reject(reason))))).toBe(reason)
  })
})

it('closeSource() lets nobody know that a body cannot be closed', async () => {
  await expect(closeSource(bodyOf(() => Promise.resolve(over)))).resolves.toBeUndefined()
  await expect(closeSource({ next: () => Promise.resolve(over) })).resolves.toBeUndefined()
})
