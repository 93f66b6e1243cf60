import { type BufferedHandler, toLambdaStreamHandler } from '@modelgate/aws/lambda'
import { functionUrlEvent, installLambdaShim } from '@modelgate/aws/lambda/testing'
import {
  type CacheStore,
  createGateway,
  type Middleware,
  memoryCacheStore,
  queuedLog,
  type RequestLog,
  type RequestRecord,
} from '@modelgate/core'
import { scriptedProvider } from '@modelgate/core/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { chatRequest, readStory } from './chat-request.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const context = { awsRequestId: 'r-1', getRemainingTimeInMillis: () => 30_000 }

function gatewayWith(requestLog: RequestLog, use: readonly Middleware[] = []) {
  return createGateway({ providers: [scriptedProvider('scripted', ['Hel', 'lo'])], auth: 'none', requestLog, use })
}

/** A log whose store answers when the test says so, and not before. */
function slowLog() {
  const kept: string[] = []
  const gates: PromiseWithResolvers<void>[] = []
  const log = queuedLog({
    async write(records: readonly RequestRecord[]) {
      const gate = Promise.withResolvers<void>()
      gates.push(gate)
      await gate.promise
      kept.push(...records.map(({ requestId }) => requestId))
    },
  })
  return { log, kept, gates }
}

/** Tells when the promise has resolved, in turns and in milliseconds of the fake clock. */
function watch(promise: Promise<unknown>) {
  const seen = { done: false }
  void promise.then(() => {
    seen.done = true
  })
  return seen
}

describe('the flush of a buffered answer', () => {
  const send = (log: RequestLog, id = 'r-1') => {
    const handler = toLambdaStreamHandler(gatewayWith(log)) as BufferedHandler
    return handler(functionUrlEvent(chatRequest({ stream: false })), { ...context, awsRequestId: id })
  }

  it('is part of the call: the answer goes out when the record is kept', async () => {
    const { log, kept, gates } = slowLog()
    const answer = send(log)
    const seen = watch(answer)
    await vi.advanceTimersByTimeAsync(49)
    expect([seen.done, log.pending]).toEqual([false, 1])
    gates[0]?.resolve()
    expect((await answer).statusCode).toBe(200)
    expect(kept).toEqual(['r-1'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('holds it back 50 ms at most, whatever the store does; the record waits for the next invocation', async () => {
    const { log, kept, gates } = slowLog()
    const seen = watch(send(log, 'first'))
    await vi.advanceTimersByTimeAsync(49)
    expect(seen.done).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(seen.done).toBe(true)
    expect([log.pending, log.lost]).toEqual([1, 0])

    const next = watch(send(log, 'second'))
    await vi.advanceTimersByTimeAsync(1)
    gates[0]?.resolve()
    await vi.advanceTimersByTimeAsync(1)
    gates[1]?.resolve()
    await vi.advanceTimersByTimeAsync(0)
    expect(next.done).toBe(true)
    expect(kept).toEqual(['first', 'second'])
    expect([log.pending, log.lost]).toEqual([0, 0])
  })

  it('waits for the call to settle, which may be after its answer', async () => {
    const { log, kept, gates } = slowLog()
    const settled = Promise.withResolvers<void>()
    const settleLate: Middleware = async (call, next) => {
      const result = await next(call)
      return { ...result, settled: settled.promise.then(() => result.settled) }
    }
    const gateway = gatewayWith(log, [settleLate])
    const handler = toLambdaStreamHandler(gateway) as BufferedHandler
    const answer = handler(functionUrlEvent(chatRequest({ stream: false })), context)
    const seen = watch(answer)
    await vi.advanceTimersByTimeAsync(20)
    expect([gates.length, seen.done]).toEqual([0, false])
    settled.resolve()
    await vi.advanceTimersByTimeAsync(1)
    gates[0]?.resolve()
    await answer
    expect(kept).toEqual(['r-1'])
  })

  it('tries again at the next invocation what failed when the function was frozen', async () => {
    const { log, kept, gates } = slowLog()
    const first = watch(send(log, 'first'))
    await vi.advanceTimersByTimeAsync(50)
    expect(first.done).toBe(true)
    gates[0]?.reject(new Error('ECONNRESET'))
    await vi.advanceTimersByTimeAsync(0)
    const next = send(log, 'second')
    await vi.advanceTimersByTimeAsync(1)
    gates[1]?.resolve()
    await vi.advanceTimersByTimeAsync(1)
    gates[2]?.resolve()
    await next
    expect(kept).toEqual(['first', 'second'])
  })

  it('waits longer for the answer of an idempotency key, without which a repeat would pay for another', async () => {
    const store = memoryCacheStore()
    const kept = Promise.withResolvers<void>()
    const slow: CacheStore = {
      get: key => store.get(key),
      maxValueBytes: store.maxValueBytes,
      put: (key, value, ttlMs) => store.put(key, value, ttlMs),
      delete: key => store.delete(key),
      claim: (key, claim) => store.claim(key, claim),
      release: (key, owner) => store.release(key, owner),
      replace: async (key, owner, update) => {
        await kept.promise
        return store.replace(key, owner, update)
      },
    }
    const providers = [scriptedProvider('scripted', ['Hello'])] as const
    const gateway = createGateway({ providers, auth: 'none', idempotency: { store: slow, storeTimeoutMs: 1_500 } })
    const handler = toLambdaStreamHandler(gateway) as BufferedHandler
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': 'k' }
    const event = functionUrlEvent(chatRequest({ stream: false }, { headers }))
    const answer = handler(event, context)
    const seen = watch(answer)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(seen.done).toBe(false)
    kept.resolve()
    expect((await answer).statusCode).toBe(200)

    const endless = watch(handler(event, context))
    await vi.advanceTimersByTimeAsync(60)
    expect(endless.done).toBe(true)
  })

  it('is bounded for a log of one’s own, too', async () => {
    const seen = watch(send({ write: () => {}, flush: () => new Promise(() => {}) }))
    await vi.advanceTimersByTimeAsync(49)
    expect(seen.done).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(seen.done).toBe(true)
  })
})

describe('the flush of a streamed answer', () => {
  function stream(log: RequestLog, highWaterMark?: number) {
    const shim = installLambdaShim()
    const call = shim.invoke(toLambdaStreamHandler(gatewayWith(log)), functionUrlEvent(chatRequest()), {
      highWaterMark,
    })
    return { call, [Symbol.dispose]: () => shim.uninstall() }
  }

  it('begins when the body has ended, and is waited for after it', async () => {
    const order: string[] = []
    const flushed = Promise.withResolvers<void>()
    using sent = stream({
      write: () => void order.push('written'),
      flush: () => {
        order.push('flush began')
        return flushed.promise
      },
    })
    const returned = sent.call.returned.then(() => order.push('returned'))
    const body = sent.call.text().then(text => order.push(readStory(text).done ? 'ended' : 'cut'))
    await body
    await vi.advanceTimersByTimeAsync(0)
    expect(order.indexOf('written')).toBeLessThan(order.indexOf('flush began'))
    expect(order).toContain('ended')
    expect(order).not.toContain('returned')
    flushed.resolve()
    await returned
  })

  it('does not begin while a slow client still reads', async () => {
    const flush = vi.fn<RequestLog['flush']>(() => Promise.resolve())
    using sent = stream({ write: () => {}, flush }, 1)
    await sent.call.prelude
    await vi.advanceTimersByTimeAsync(10_000)
    expect(flush).not.toHaveBeenCalled()
    expect(readStory(await sent.call.text()).done).toBe(true)
    await sent.call.returned
    expect(flush.mock.calls).toEqual([[{ timeoutMs: 1_000 }]])
  })

  it('holds the function a second at most', async () => {
    const { log } = slowLog()
    using sent = stream(log)
    const seen = watch(sent.call.returned)
    expect(readStory(await sent.call.text()).done).toBe(true)
    await vi.advanceTimersByTimeAsync(999)
    expect(seen.done).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect([seen.done, log.pending, log.lost]).toEqual([true, 1, 0])
  })
})
