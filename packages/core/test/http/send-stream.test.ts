import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, type MockInstance, onTestFinished, vi } from 'vitest'
import {
  batchOfBytes,
  type CallReport,
  createGateway,
  type FrameBatch,
  type Gateway,
  GatewayError,
  type Middleware,
  type Provider,
  streamResult,
} from '../../src/index.ts'
import { toNodeHandler } from '../../src/node.ts'
import { scriptedProvider } from '../../src/testing/index.ts'
import { chatRequest, turns } from '../support/calls.ts'
import { finish, text } from '../support/chunks.ts'
import { fronts } from '../support/fronts.ts'

const json = { 'content-type': 'application/json' }
const comment = Buffer.from(': wait\n\n')

/** Comments, each a read of its own, and then an answer. */
function commenting(count: number): Provider {
  return {
    id: 'us',
    name: 'commenting',
    handlers: {
      chat({ signal, context: { startedAt } }) {
        const comments = Array.from({ length: count }, () =>
          batchOfBytes(comment, { parse: () => [], hasContent: false }),
        )
        const batches = [...comments, text('hello'), finish].values()
        const next = () => Promise.resolve(batches.next())
        return Promise.resolve(streamResult({ batches: { next }, facts: { terminal: true }, signal, startedAt }))
      },
    },
  }
}

it.each(fronts)(
  '$name: as many reads without content as come before an answer, none of them ends it',
  async ({ open }) => {
    const onError = vi.fn()
    const prices = { nova: { input: 0, output: 0 } }
    const gateway = createGateway({ providers: [commenting(5_000)], prices, auth: () => ({ tenant: 'test' }), onError })
    const ask = await open(gateway)
    const body = JSON.stringify(chatRequest({ model: 'us/nova', stream: true }))
    const told = await (await ask('/v1/chat/completions', { method: 'POST', body })).text()
    expect(onError).not.toHaveBeenCalled()
    expect(told.match(/: wait\n\n/g)).toHaveLength(5_000)
    expect(told.slice(comment.length * 5_000)).toMatch(/^data: .*"content":"hello".*\n\n(.*\n\n)*data: \[DONE\]\n\n$/)
  },
)

describe.each(fronts)('over $name, a header that a layer gave and that is none', ({ open }) => {
  it.each([
    ['a stream', true],
    ['a whole answer', false],
  ])('is an error in place of %s, and not a silence', async (_, stream) => {
    const noting: Middleware = async (call, next) => {
      const result = await next(call)
      call.context.answerHeaders['x-note'] = 'a \u2014 b'
      return result
    }
    const onError = vi.fn()
    const provider = scriptedProvider('us', ['hello'])
    const gateway = createGateway({ providers: [provider], auth: () => ({ tenant: 'test' }), onError, use: [noting] })
    const ask = await open(gateway)
    const body = JSON.stringify(chatRequest({ model: 'us/nova', stream }))
    const answer = await ask('/v1/chat/completions', { method: 'POST', body, headers: { 'x-request-id': 'mine' } })
    expect(answer.status).toBe(500)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.headers.get('x-request-id')).toBe('mine')
    expect(await answer.json()).toMatchObject({ error: { code: 'internal' } })
    expect(onError).toHaveBeenCalledWith(expect.any(TypeError), 'mine')
    expect(provider.closed).toBe(stream ? 1 : 0)
  })
})

it('a reader that is slower than the upstream leaves nothing behind with each read', async () => {
  let then: MockInstance | undefined
  const watched: Middleware = async (call, next) => {
    const result = await next(call)
    then = vi.spyOn(result.settled, 'then')
    return result
  }
  const provider = scriptedProvider(
    'us',
    Array.from({ length: 500 }, () => 'word '),
  )
  const gateway = createGateway({ providers: [provider], auth: () => ({ tenant: 'test' }), use: [watched] })
  const body = JSON.stringify(chatRequest({ model: 'us/nova', stream: true }))
  const answer = await gateway.fetch('http://gateway.test/v1/chat/completions', { method: 'POST', body })
  let told = ''
  const decoder = new TextDecoder()
  for await (const bytes of answer.body!) {
    told += decoder.decode(bytes, { stream: true })
    await turns(1)
  }
  expect(told.match(/word /g)).toHaveLength(500)
  expect(then!.mock.calls.length).toBeLessThan(10)
})

it('a layer whose iterator throws ends the stream, also where its reader had to be waited for', async () => {
  let isBroken = false
  const breaking: Middleware = async (call, next) => {
    const result = await next(call)
    if (result.kind !== 'stream') return result
    const iterator = result.batches[Symbol.asyncIterator]()
    const batches: AsyncIterator<FrameBatch> = {
      next() {
        if (isBroken) throw new GatewayError('content_filtered', 'no more of this')
        return iterator.next()
      },
      return: () => iterator.return!(),
    }
    return { ...result, batches: { [Symbol.asyncIterator]: () => batches } }
  }
  const reports: CallReport[] = []
  const provider = scriptedProvider('us', Array<string>(50).fill('word'.repeat(500_000)))
  const onReport = (report: CallReport) => reports.push(report)
  const gateway = createGateway({ providers: [provider], auth: () => ({ tenant: 'test' }), use: [breaking], onReport })
  const handler = toNodeHandler(gateway)
  let answer: ServerResponse | undefined
  const server = createServer((request, response) => {
    answer = response
    handler(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const asked = request({ port, path: '/v1/chat/completions', method: 'POST', headers: json })
  asked.end(JSON.stringify(chatRequest({ model: 'us/nova', stream: true })))
  const [told] = (await once(asked, 'response')) as [IncomingMessage]
  await vi.waitFor(() => expect(answer!.writableNeedDrain).toBe(true))
  isBroken = true
  let end = ''
  for await (const bytes of told) end = (end + bytes).slice(-500)
  expect(end).toMatch(/"code":"content_filtered"\}\}\n\n$/)
  await gateway.close()
  expect(reports).toHaveLength(1)
  expect(provider.closed).toBe(1)
})

describe('a layer that ends a stream early, by an iterator without return(),', () => {
  const ending: Middleware = async (call, next) => {
    const result = await next(call)
    if (result.kind !== 'stream') return result
    const iterator = result.batches[Symbol.asyncIterator]()
    let reads = 0
    const step = async (): Promise<IteratorResult<FrameBatch>> => {
      reads += 1
      return reads > 2 ? { done: true, value: undefined } : iterator.next()
    }
    return { ...result, batches: { [Symbol.asyncIterator]: () => ({ next: step }) } }
  }
  const request = chatRequest({ model: 'us/nova' })
  it.each<[string, (gateway: Gateway) => Promise<unknown>]>([
    [
      'over the door',
      async gateway => {
        const body = JSON.stringify({ ...request, stream: true })
        return (await gateway.fetch('http://gateway.test/v1/chat/completions', { method: 'POST', body })).text()
      },
    ],
    ['in process', gateway => gateway.stream(request).completion()],
  ])('leaves no upstream open, and settles: %s', async (_, read) => {
    const provider = scriptedProvider('us', ['a', 'b', 'c', new Promise<never>(() => {})])
    const onReport = vi.fn()
    const gateway = createGateway({ providers: [provider], auth: () => ({ tenant: 'test' }), use: [ending], onReport })
    await read(gateway)
    await vi.waitFor(() => expect(onReport).toHaveBeenCalledOnce())
    expect(provider.closed).toBe(1)
    await gateway.close()
  })
})
