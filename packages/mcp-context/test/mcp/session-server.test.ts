import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { mcpSource } from '../../src/index.ts'
import { type SessionServer, startSessionServer } from '../support/session-server.ts'

const search = (signal = new AbortController().signal) => ({ signal, tenant: undefined, limit: 3 })

let server: SessionServer
beforeEach(async () => {
  server = await startSessionServer()
})
afterEach(async () => {
  vi.useRealTimers()
  await server[Symbol.asyncDispose]()
})

const open = () => mcpSource({ server: { url: server.url }, tool: { name: 'search' } })

describe('a server that keeps sessions', () => {
  it('is told of the end of one', async () => {
    const source = open()
    expect(await source.search('tents', search())).toEqual({ items: [{ productId: 'p-1' }] })
    await source.close()
    expect(server.requests.at(-1)).toBe('DELETE')
    await expect.poll(() => server.openSockets()).toBe(0)
  })

  it('and never answers to the end of one holds up no close', async () => {
    const source = open()
    await source.search('tents', search())
    server.hangsAt.add('DELETE')
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const closing = source.close()
    await vi.waitUntil(() => server.requests.includes('DELETE'))
    await vi.advanceTimersByTimeAsync(1_000)
    vi.useRealTimers()
    await closing
    await expect.poll(() => server.openSockets()).toBe(0)
  })

  it('and hangs at each call keeps no socket of a search that was given up', async () => {
    const source = open()
    await source.connect()
    server.hangsAt.add('tools/call')
    for (let at = 1; at <= 2; at += 1) {
      const leaving = new AbortController()
      const waiting = source.search('tents', search(leaving.signal))
      await expect.poll(() => server.requests.filter(method => method === 'tools/call')).toHaveLength(at)
      leaving.abort()
      await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
    }
    await source.close()
    await expect.poll(() => server.openSockets()).toBe(0)
  })
})
