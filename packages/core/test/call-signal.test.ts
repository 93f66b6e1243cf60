import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { trackCalls } from '../src/call-signal.ts'
import { type AnyHandler, compose } from '../src/compose.ts'
import type { Call, Outcome, Result } from '../src/contract.ts'
import { completedOutcome } from '../src/outcome.ts'
import { chatCall, rejection } from './support/calls.ts'

/** A handler whose calls the test answers, settles and fails by hand. */
function handCalls() {
  const calls: {
    readonly call: Call
    readonly answer: () => void
    readonly settle: () => void
    readonly fail: (error: unknown) => void
  }[] = []
  const tracked = trackCalls()
  const handle = compose([tracked.layer], call => {
    const settled = Promise.withResolvers<Outcome>()
    const result = Promise.withResolvers<Result<'chat'>>()
    calls.push({
      call,
      answer: () =>
        result.resolve({ kind: 'completion', completion: { value: {} as never }, settled: settled.promise }),
      settle: () => settled.resolve(completedOutcome({})),
      fail: result.reject,
    })
    return result.promise as never
  })
  return { drain: (graceMs: number) => tracked.drain(graceMs), handle, calls, at: (index: number) => calls[index]! }
}

const isDone = async (promise: Promise<unknown>): Promise<boolean> => {
  const pending = Symbol('pending')
  await vi.advanceTimersByTimeAsync(0)
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('the call signal', () => {
  it('is not aborted for a call that nothing ends', async () => {
    const { handle, at } = handCalls()
    const result = handle(chatCall())
    at(0).answer()
    await result
    expect(at(0).call.signal.aborted).toBe(false)
  })

  it('says `cancelled` when the caller leaves, with the reason as its cause', () => {
    const { handle, at } = handCalls()
    const caller = new AbortController()
    handle(chatCall({}, { signal: caller.signal })).catch(() => {})
    caller.abort('bored')
    expect(at(0).call.signal.reason).toMatchObject({ code: 'cancelled', cause: 'bored' })
  })

  it('is aborted from the start where the caller has left already', () => {
    const { handle, at } = handCalls()
    handle(chatCall({}, { signal: AbortSignal.abort() })).catch(() => {})
    expect(at(0).call.signal.reason).toMatchObject({ code: 'cancelled' })
  })

  it('says `timeout_total` and the time allowed when the deadline passes', async () => {
    const { handle, at } = handCalls()
    handle(chatCall({}, { deadlineMs: 250 })).catch(() => {})
    await vi.advanceTimersByTimeAsync(249)
    expect(at(0).call.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(at(0).call.signal.reason).toMatchObject({
      code: 'timeout_total',
      message: 'The call was given up after 250 ms, the time it was allowed.',
    })
  })

  it('gives a caller up at the deadline whose provider does not mind its signal, and closes the stream that comes too late', async () => {
    const { promise: late, resolve } = Promise.withResolvers<Result<'chat'>>()
    let closed = 0
    const batches = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => {}),
        return: () => Promise.resolve({ done: true as const, value: undefined }).finally(() => (closed += 1)),
      }),
    }
    const { layer, drain } = trackCalls()
    const handle = compose([layer], (() => late) as AnyHandler)
    const refused = rejection(handle(chatCall({ stream: true }, { deadlineMs: 250 })))
    await vi.advanceTimersByTimeAsync(251)
    expect(await refused).toMatchObject({ code: 'timeout_total' })
    await drain(0)
    resolve({ kind: 'stream', batches, settled: new Promise(() => {}) })
    await vi.advanceTimersByTimeAsync(0)
    expect(closed).toBe(1)
  })

  it('does not mind a late stream that cannot be closed', async () => {
    const { promise: late, resolve } = Promise.withResolvers<Result<'chat'>>()
    const handle = compose([trackCalls().layer], (() => late) as AnyHandler)
    const refused = rejection(handle(chatCall({ stream: true }, { deadlineMs: 250 })))
    await vi.advanceTimersByTimeAsync(251)
    await refused
    const batches = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => {}),
        return: () => Promise.reject(new Error('stuck')),
      }),
    }
    resolve({ kind: 'stream', batches, settled: new Promise(() => {}) })
    // An unhandled rejection would fail this file.
    await vi.advanceTimersByTimeAsync(0)
  })

  it('lets go of a call whose layer throws before it gives a promise', async () => {
    const { layer, drain } = trackCalls()
    const handle = compose([layer], () => {
      throw new TypeError('a layer without async')
    })
    expect(await rejection(handle(chatCall()))).toMatchObject({ message: 'a layer without async' })
    await drain(30_000)
  })

  it('does not mind a provider that fails after it was given up', async () => {
    const { promise: late, reject } = Promise.withResolvers<Result<'chat'>>()
    const handle = compose([trackCalls().layer], (() => late) as AnyHandler)
    const refused = rejection(handle(chatCall({}, { deadlineMs: 250 })))
    await vi.advanceTimersByTimeAsync(251)
    expect(await refused).toMatchObject({ code: 'timeout_total' })
    reject(new Error('too late to matter'))
    await vi.advanceTimersByTimeAsync(0)
  })

  it('keeps the other calls open when one that was given up is answered at last', async () => {
    const { handle, at, drain } = handCalls()
    const refused = rejection(handle(chatCall({}, { deadlineMs: 250 })))
    const others = [handle(chatCall()), handle(chatCall()), handle(chatCall())]
    await vi.advanceTimersByTimeAsync(251)
    await refused
    at(1).answer()
    at(1).settle()
    await others[0]
    at(0).answer()
    at(0).settle()
    await vi.advanceTimersByTimeAsync(0)
    const drained = drain(60_000)
    for (const index of [2, 3]) {
      // Once a second the deadlines of all open calls are looked at.
      await vi.advanceTimersByTimeAsync(2_000)
      expect(await isDone(drained)).toBe(false)
      at(index).answer()
      at(index).settle()
    }
    await Promise.all(others)
    expect(await isDone(drained)).toBe(true)
  })

  it('ends a stream that is still being read at the deadline, for a call is over only when it has settled', async () => {
    const { handle, at } = handCalls()
    const result = handle(chatCall({}, { deadlineMs: 250 }))
    at(0).answer()
    await result
    await vi.advanceTimersByTimeAsync(250)
    expect(at(0).call.signal.reason).toMatchObject({ code: 'timeout_total' })
  })

  it.each([Number.POSITIVE_INFINITY, 2 ** 31, Number.MAX_SAFE_INTEGER])(
    'takes a deadline of %d ms for a long one: a timer that overflows would fire at once',
    async deadlineMs => {
      const { handle, at } = handCalls()
      handle(chatCall({}, { deadlineMs })).catch(() => {})
      await vi.advanceTimersByTimeAsync(3_600_000)
      expect(at(0).call.signal.aborted).toBe(false)
    },
  )

  it.each(['settles', 'fails'])('leaves no timer and no listener behind when the call %s', async how => {
    const { handle, at } = handCalls()
    const caller = new AbortController()
    const removed = vi.spyOn(caller.signal, 'removeEventListener')
    const result = handle(chatCall({}, { signal: caller.signal, deadlineMs: 250 }))
    expect(vi.getTimerCount()).toBe(1)
    if (how === 'fails') {
      at(0).fail(new Error('x'))
      await rejection(result)
    } else {
      at(0).answer()
      await result
      at(0).settle()
      await vi.advanceTimersByTimeAsync(0)
    }
    expect(vi.getTimerCount()).toBe(0)
    expect(removed).toHaveBeenCalledOnce()
    caller.abort()
    expect(at(0).call.signal.aborted).toBe(false)
  })
})

describe('a deadline that is far away', () => {
  it('has passed at the next whole second, and not before', async () => {
    const { handle, at } = handCalls()
    const results = [31_000, 600_000].map(deadlineMs => rejection(handle(chatCall({}, { deadlineMs }))))
    await vi.advanceTimersByTimeAsync(30_999)
    expect(at(0).call.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1_001)
    expect(await results[0]).toMatchObject({ code: 'timeout_total', message: expect.stringContaining('31000 ms') })
    expect(at(1).call.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(569_000)
    expect(await results[1]).toMatchObject({ code: 'timeout_total' })
  })

  it('costs one timer for all calls, and none a second after the last', async () => {
    const { handle, at } = handCalls()
    const results = [handle(chatCall()), handle(chatCall())]
    expect(vi.getTimerCount()).toBe(1)
    for (const [index, result] of results.entries()) {
      at(index).answer()
      await result
      at(index).settle()
    }
    await vi.advanceTimersByTimeAsync(1_000)
    expect(vi.getTimerCount()).toBe(0)
    handle(chatCall()).catch(() => {})
    expect(vi.getTimerCount()).toBe(1)
  })
})

describe('drain', () => {
  it('is done at once when nothing is open', async () => {
    await trackCalls().drain(30_000)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('waits until the last open call has settled, streams included, and aborts none of them', async () => {
    const { handle, at, drain } = handCalls()
    const results = [handle(chatCall()), handle(chatCall())]
    const drained = drain(30_000)
    at(0).answer()
    at(1).answer()
    await Promise.all(results)
    at(0).settle()
    expect(await isDone(drained)).toBe(false)
    at(1).settle()
    expect(await isDone(drained)).toBe(true)
    expect(at(1).call.signal.aborted).toBe(false)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('refuses new calls with `shutting_down`, which another instance may take', async () => {
    const { handle, calls, drain } = handCalls()
    await drain(0)
    expect(await rejection(handle(chatCall()))).toMatchObject({ code: 'shutting_down', status: 503, retryable: true })
    expect(calls).toHaveLength(0)
  })

  it('aborts what is open after the grace, and still waits for it to settle', async () => {
    const { handle, at, drain } = handCalls()
    const result = handle(chatCall())
    at(0).answer()
    await result
    const drained = drain(1000)
    await vi.advanceTimersByTimeAsync(999)
    expect(at(0).call.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(at(0).call.signal.reason).toMatchObject({ code: 'shutting_down' })
    expect(await isDone(drained)).toBe(false)
    at(0).settle()
    expect(await isDone(drained)).toBe(true)
  })

  it('can be asked twice at the same time, as by a signal handler and `await using`', async () => {
    const { handle, at, drain } = handCalls()
    const result = handle(chatCall())
    const [first, second] = [drain(30_000), drain(30_000)]
    at(0).fail(new Error('x'))
    await rejection(result)
    expect(await isDone(first)).toBe(true)
    expect(await isDone(second)).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('waits for ever with an endless grace', async () => {
    const { handle, at, drain } = handCalls()
    handle(chatCall({}, { deadlineMs: Number.POSITIVE_INFINITY })).catch(() => {})
    void drain(Number.POSITIVE_INFINITY)
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(at(0).call.signal.aborted).toBe(false)
  })
})
