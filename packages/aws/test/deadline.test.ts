import { toLambdaHandler, toLambdaStreamHandler } from '@modelgate/aws/lambda'
import { functionUrlEvent, installLambdaShim, type LambdaShim } from '@modelgate/aws/lambda/testing'
import { type CacheStore, createGateway, type Middleware, memoryCacheStore } from '@modelgate/core'
import { type ScriptStep, scriptedProvider } from '@modelgate/core/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { chatRequest, readStory } from './chat-request.ts'

let shim: LambdaShim
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  shim = installLambdaShim()
})
afterEach(() => {
  shim.uninstall()
  vi.useRealTimers()
})

/** An upstream that says what it has to say and then nothing, until its call is aborted. */
function stalling(...said: readonly ScriptStep[]) {
  const stalled = Promise.withResolvers<never>()
  stalled.promise.catch(() => {})
  const rejectOnAbort: Middleware = (call, next) => {
    call.signal.addEventListener('abort', () => stalled.reject(call.signal.reason))
    return next(call)
  }
  const provider = scriptedProvider('scripted', [...said, stalled.promise])
  const gateway = createGateway({ providers: [provider], auth: 'none', use: [rejectOnAbort] })
  return { provider, handler: toLambdaStreamHandler(gateway) }
}

async function storyOfStoppedReader() {
  const { handler } = stalling('Once upon a time', 'there was')
  const call = shim.invoke(handler, functionUrlEvent(chatRequest()), { remainingMs: 10_000, highWaterMark: 1 })
  await call.prelude
  await vi.advanceTimersByTimeAsync(8_000)
  await call.returned
  return readStory(await call.text())
}

describe('two seconds before the function’s timeout', () => {
  it('a call that has not begun to answer is answered 504', async () => {
    const { provider, handler } = stalling()
    const call = shim.invoke(handler, functionUrlEvent(chatRequest()), { remainingMs: 10_000 })
    await vi.advanceTimersByTimeAsync(7_999)
    expect(provider.calls[0]?.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(provider.calls[0]?.signal.aborted).toBe(true)
    expect((await call.prelude).statusCode).toBe(504)
    expect(JSON.parse(await call.text())).toMatchObject({ error: { code: 'timeout_total' } })
    await call.returned
  })

  it('a login that does not answer is waited for no more', async () => {
    const gateway = createGateway({ providers: [scriptedProvider('scripted')] })
    const handler = toLambdaStreamHandler(gateway, { principal: () => new Promise(() => {}) })
    const call = shim.invoke(handler, functionUrlEvent(chatRequest()), { remainingMs: 10_000 })
    await vi.advanceTimersByTimeAsync(8_000)
    expect((await call.prelude).statusCode).toBe(504)
    await call.returned
  })

  it('a stream that has begun ends with an error event and without [DONE]', async () => {
    const { handler } = stalling('Once upon')
    const call = shim.invoke(handler, functionUrlEvent(chatRequest()), { remainingMs: 10_000 })
    expect((await call.prelude).statusCode).toBe(200)
    await vi.advanceTimersByTimeAsync(8_000)
    const story = readStory(await call.text())
    expect(story).toMatchObject({ text: 'Once upon', finishReason: undefined, done: false })
    expect(story.error?.code).toBe('timeout_total')
    await call.returned
  })

  it('a client that stopped reading no longer holds the function, and never sees [DONE]', async () => {
    const story = await storyOfStoppedReader()
    expect(story).toMatchObject({ done: false, finishReason: undefined })
  })

  // The door ends such a stream without a word: its sendStream takes every abort for a caller who has left.
  it('a client that stopped reading finds the error event when it reads on', async () => {
    expect((await storyOfStoppedReader()).error?.code).toBe('timeout_total')
  })
})

it('with less than two seconds left a call is not begun', async () => {
  const { provider, handler } = stalling()
  const call = shim.invoke(handler, functionUrlEvent(chatRequest()), { remainingMs: 1_500 })
  expect((await call.prelude).statusCode).toBe(504)
  await call.returned
  expect(provider.calls).toHaveLength(0)
})

it('an answer leaves no clock running', async () => {
  const gateway = createGateway({ providers: [scriptedProvider('scripted', ['yes'])], auth: 'none' })
  const call = shim.invoke(toLambdaStreamHandler(gateway), functionUrlEvent(chatRequest()))
  await Promise.all([call.text(), call.returned])
  expect(vi.getTimerCount()).toBe(0)
})

it('an answer that came just in time is given out in time, though the store of its idempotency key says nothing', async () => {
  const store = memoryCacheStore()
  const silent: CacheStore = {
    maxValueBytes: store.maxValueBytes,
    get: key => store.get(key),
    put: (key, value, ttlMs) => store.put(key, value, ttlMs),
    delete: key => store.delete(key),
    claim: (key, claim) => store.claim(key, claim),
    replace: () => new Promise(() => {}),
    release: () => new Promise(() => {}),
  }
  const answered = new Promise<string>(resolve => setTimeout(() => resolve('at last'), 7_990))
  const providers = [scriptedProvider('scripted', [answered])] as const
  const handler = toLambdaHandler(createGateway({ providers, auth: 'none', idempotency: { store: silent } }))
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': 'k' }
  const endsAt = performance.now() + 10_000
  const context = { awsRequestId: 'r-1', getRemainingTimeInMillis: () => endsAt - performance.now() }
  const given = vi.fn()
  void handler(functionUrlEvent(chatRequest({ stream: false }, { headers })), context).then(given)
  await vi.advanceTimersByTimeAsync(9_900)
  expect(given).toHaveBeenCalledWith(expect.objectContaining({ statusCode: 200 }))
})
