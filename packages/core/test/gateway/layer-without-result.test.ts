import { afterEach, describe, expect, it, vi } from 'vitest'
import { createGateway, forChat, type Middleware } from '../../src/index.ts'
import { scriptedProvider } from '../../src/testing/index.ts'
import { chatRequest, rejection, turns } from '../support/calls.ts'

const unhandled = vi.fn()
process.on('unhandledRejection', unhandled)
afterEach(() => {
  expect(unhandled).not.toHaveBeenCalled()
  unhandled.mockClear()
})

/** What JavaScript, which no types hold back, gives as a layer. */
const untyped = (layer: (call: never, next: (call: never) => Promise<unknown>) => unknown): Middleware => layer as never

describe('a layer of the option `use`', () => {
  it.each([
    ['forgets to return', untyped(async (call, next) => void (await next(call)))],
    ['is not even asynchronous', untyped((call, next) => void next(call).catch(() => {}))],
    ['answers by itself with nothing', untyped(async () => undefined)],
    [
      'returns a part of the result',
      untyped(async (call, next) => ({ ...((await next(call)) as object), settled: undefined })),
    ],
  ])('that %s is told of by its place, and its caller gets an answer', async (_, layer) => {
    const provider = scriptedProvider('us', ['hello'])
    const use = [forChat((call, next) => next(call)), layer]
    const gateway = createGateway({ providers: [provider], routes: { fast: ['us/x'] }, use })
    expect(await rejection(gateway.chat(chatRequest()))).toMatchObject({
      message: expect.stringContaining('use[1]: the layer gave no result of a call; return what `next(call)` gives'),
    })
    await turns()
  })

  it.each([
    ['itself', untyped((_call, next) => Reflect.apply(next, undefined, []))],
    ['for chats', forChat(untyped((_call, next) => Reflect.apply(next, undefined, [])) as never)],
  ])('that passes nothing on, as those of Express and Koa do, is told what to pass on: %s', async (_, layer) => {
    const gateway = createGateway({ providers: [scriptedProvider('us', ['hello'])], use: [layer] })
    expect(await rejection(gateway.chat(chatRequest({ model: 'us/x' })))).toMatchObject({
      message: 'use[0]: next() was called without a call; pass one on, as in `next(call)`.',
    })
  })

  it('that forgets to return over the door is a 500, whose cause goes to onError', async () => {
    const onError = vi.fn()
    const gateway = createGateway({
      providers: [scriptedProvider('us', ['hello'])],
      auth: 'none',
      use: [untyped(async (call, next) => void (await next(call)))],
      onError,
    })
    const body = JSON.stringify(chatRequest({ model: 'us/x', stream: true }))
    const headers = { 'content-type': 'application/json' }
    const answer = await gateway.fetch('http://gateway/v1/chat/completions', { method: 'POST', headers, body })
    expect(answer.status).toBe(500)
    expect(onError).toHaveBeenCalledWith(
      expect.objectContaining({ message: expect.stringContaining('use[0]') }),
      expect.anything(),
    )
    await gateway.close({ graceMs: 0 })
  })

  it('that forgets to return where files are asked for is told of by its place, too', async () => {
    const onError = vi.fn()
    const unasked = (): Promise<never> => Promise.reject(new Error('Nobody should ask this.'))
    const none = { createFile: unasked, file: unasked, deleteFile: unasked, content: unasked, createBatch: unasked }
    const empty = { object: 'list', data: [], first_id: null, last_id: null, has_more: false } as const
    const files = () => Promise.resolve({ ...empty, data: [] })
    const gateway = createGateway({
      providers: [scriptedProvider('us')],
      auth: 'none',
      use: [untyped(async (call, next) => void (await next(call)))],
      batches: {
        providers: [
          { ...none, provider: 'us', owns: () => true, files, batch: unasked, batches: unasked, cancelBatch: unasked },
        ],
      },
      onError,
    })
    expect((await gateway.fetch('http://gateway/v1/files')).status).toBe(500)
    expect(onError).toHaveBeenCalledWith(
      expect.objectContaining({ message: expect.stringContaining('use[0]') }),
      expect.anything(),
    )
    await gateway.close({ graceMs: 0 })
  })

  it('that forgets to return a stream leaves no upstream open', async () => {
    const onReport = vi.fn()
    const gateway = createGateway({
      providers: [scriptedProvider('us', ['hello'])],
      use: [untyped(async (call, next) => void (await next(call)))],
      onReport,
    })
    await rejection(gateway.stream(chatRequest({ model: 'us/x' })).completion())
    await turns()
    expect(onReport).toHaveBeenCalledTimes(1)
    expect(onReport.mock.calls[0]?.[0]).toMatchObject({ attempts: [{ target: 'us/x' }] })
  })
})
