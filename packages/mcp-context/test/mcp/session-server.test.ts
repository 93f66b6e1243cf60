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

  it('and forgets them all is connected to anew, once for all who search, and none of them notices', async () => {
    const source = open()
    await source.search('tents', search())
    server.forget()
    const found = await Promise.all(Array.from({ length: 20 }, (_, at) => source.search(`tent ${at}`, search())))
    expect(found).toEqual(Array.from({ length: 20 }, () => ({ items: [{ productId: 'p-1' }] })))
    expect(server.requests.filter(method => method === 'initialize')).toHaveLength(2)
    await source.close()
    await expect.poll(() => server.openSockets()).toBe(0)
  })

  it('and forgets them all by what it calls an event stream is connected to anew, too', async () => {
    server.stream = 'ended'
    const source = open()
    await source.search('tents', search())
    server.forget()
    expect(await source.search('stoves', search())).toEqual({ items: [{ productId: 'p-1' }] })
    await source.close()
  })

  it('and fails one search goes on with the others that are under way', async () => {
    const source = open()
    await source.search('tents', search())
    server.hangsAt.add('tools/call')
    const waiting = source.search('stoves', search())
    await expect.poll(() => server.requests.filter(method => method === 'tools/call')).toHaveLength(2)
    server.failsAt.add('tools/call')
    await expect(source.search('lamps', search())).rejects.toMatchObject({ code: 'upstream_unavailable' })
    server.failsAt.clear()
    server.hangsAt.clear()
    await source.search('pegs', search())
    server.goOn()
    expect(await waiting).toEqual({ items: [{ productId: 'p-1' }] })
    // Only then the session is over, of which nobody makes use any more.
    await expect.poll(() => server.requests.at(-1)).toBe('DELETE')
    await source.close()
    await expect.poll(() => server.openSockets()).toBe(0)
  })

  it.each(['ended', 'open'] as const)(
    'and answers by event streams is heard, be they %s behind the answer',
    async stream => {
      server.stream = stream
      const source = open()
      for (let at = 1; at <= 3; at += 1) {
        expect(await source.search('tents', search(AbortSignal.timeout(5_000)))).toEqual({
          items: [{ productId: 'p-1' }],
        })
      }
      if (stream === 'ended') expect(server.openSockets()).toBeLessThan(4)
      await source.close()
      await expect.poll(() => server.openSockets()).toBe(0)
    },
  )

  it.each(['2024-11-05', '2025-03-26', '2025-06-18'])('and speaks %s is understood', async version => {
    server.version = version
    const source = open()
    expect(await source.search('tents', search())).toEqual({ items: [{ productId: 'p-1' }] })
    expect(source.describe().detail).toContain(`MCP ${version}`)
    await source.close()
  })

  it('and speaks a revision that nobody here knows is said so', async () => {
    server.version = '2031-01-01'
    const source = open()
    await expect(source.search('tents', search())).rejects.toMatchObject({
      message: expect.stringContaining('another revision of the protocol'),
    })
    await source.close()
  })

  it('and cannot be connected to ahead of the first search is told of in words of ours', async () => {
    server.failsAt.add('initialize')
    const source = open()
    const message = 'The MCP source mcp failed: SdkHttpError CLIENT_HTTP_NOT_IMPLEMENTED 500.'
    await expect(source.connect()).rejects.toMatchObject({ code: 'upstream_unavailable', message })
    await source.close()
  })

  it('and offers no tools is said so, and nothing on standard output', async () => {
    const written = vi.spyOn(console, 'debug').mockReturnValue()
    server.capabilities = {}
    const source = open()
    await expect(source.search('tents', search())).rejects.toMatchObject({
      message: expect.stringContaining('has no tool search'),
    })
    expect(written).not.toHaveBeenCalled()
    written.mockRestore()
    await source.close()
  })

  it('and asks back before it answers is refused, but for a ping, and heard', async () => {
    server.stream = 'ended'
    server.asks.push('ping', 'sampling/createMessage', 'elicitation/create')
    const source = open()
    expect(await source.search('tents', search(AbortSignal.timeout(5_000)))).toEqual({ items: [{ productId: 'p-1' }] })
    expect(server.told).toMatchObject([
      { id: 's-0', result: {} },
      { id: 's-1', error: { code: -32601 } },
      { id: 's-2' },
    ])
    await source.close()
    // Each is told once.
    expect(server.told).toHaveLength(3)
  })

  it('and asks back without end is not heard', async () => {
    server.stream = 'ended'
    server.asks.push(...Array.from({ length: 50 }, () => 'roots/list'))
    const source = open()
    await expect(source.search('tents', search(AbortSignal.timeout(5_000)))).rejects.toMatchObject({
      message: expect.stringContaining('asks more than 16 times'),
    })
    await source.close()
    expect(server.told).toHaveLength(16)
  })

  it('and ends its event stream before it has answered fails that search at once', async () => {
    const source = open()
    await source.connect()
    server.stream = 'unanswered'
    await expect(source.search('tents', search(AbortSignal.timeout(5_000)))).rejects.toMatchObject({
      code: 'stream_interrupted',
    })
    await source.close()
  })

  it('and does not answer while it is connected to holds up no close', async () => {
    server.hangsAt.add('server/discover')
    const source = open()
    const waiting = source.search('tents', search())
    const failed = expect(waiting).rejects.toMatchObject({ code: 'shutting_down' })
    await expect.poll(() => server.requests).toHaveLength(1)
    const startedAt = performance.now()
    await Promise.all([source.close(), failed])
    expect(performance.now() - startedAt).toBeLessThan(2_000)
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
