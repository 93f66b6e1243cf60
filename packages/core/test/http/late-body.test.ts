import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createGateway } from '../../src/index.ts'
import { scriptedProvider } from '../../src/testing/index.ts'
import { turns } from '../support/calls.ts'
import { connect, serveGateway, toldUntilClose } from '../support/fronts.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

const minute = 60_000
const url = 'http://gateway.test/v1/chat/completions'

function gatewayOf() {
  const provider = scriptedProvider('us', ['hello'])
  return {
    provider,
    gateway: createGateway({ providers: [provider], auth: () => ({ tenant: 'test' }), metrics: true }),
  }
}

/** A body that begins and never goes on, of a host that tells nobody when its client leaves. */
function stalled() {
  const pulled = vi.fn()
  const body = new ReadableStream<Uint8Array>({
    start: controller => controller.enqueue(Buffer.from('{"model":')),
    pull: () => {
      pulled()
      return new Promise(() => {})
    },
  })
  return { pulled, init: { method: 'POST', body, duplex: 'half' as const } }
}

it('a body that does not end is given up after five minutes, over fetch', async () => {
  const { gateway } = gatewayOf()
  const { init, pulled } = stalled()
  const asked = gateway.fetch(url, init)
  while (pulled.mock.calls.length === 0) await turns(1)
  vi.advanceTimersByTime(5 * minute)
  const answer = await asked
  expect(answer.status).toBe(408)
  expect(await answer.json()).toMatchObject({ error: { code: 'request_timeout' } })
  expect(vi.getTimerCount()).toBe(0)
})

it('a body that does not end is given up after five minutes, over node:http, and its connection closed', async () => {
  const { gateway } = gatewayOf()
  const server = await serveGateway(gateway)
  const socket = await connect(server)
  socket.write('POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"mod')
  while (!server.exchanges[0]?.request.readableDidRead) await turns(1)
  const told = toldUntilClose(socket)
  vi.advanceTimersByTime(5 * minute - 1)
  await turns()
  expect(server.exchanges[0].response.headersSent).toBe(false)
  vi.advanceTimersByTime(1)
  expect(await told).toMatch(/^HTTP\/1\.1 408 .*connection: close.*request_timeout/is)
})

it('a caller who leaves while the body stalls is waited for no more, even where the body tells nothing of it', async () => {
  const { gateway, provider } = gatewayOf()
  const { init, pulled } = stalled()
  const leave = new AbortController()
  const work: Promise<unknown>[] = []
  const request = new Request(url, { ...init, signal: leave.signal })
  const asked = gateway.fetch(request, { waitUntil: promise => work.push(promise) })
  asked.catch(() => {})
  while (pulled.mock.calls.length === 0) await turns(1)
  leave.abort()
  await expect(asked).rejects.toThrow()
  await Promise.all(work)
  expect(provider.calls).toHaveLength(0)
  expect(gateway.metrics()?.refusals).toEqual({ cancelled: 1 })
  expect(vi.getTimerCount()).toBe(0)
})
