import { once } from 'node:events'
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import net, { type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/errors.ts'
import { nodeTransport } from '../../src/upstream/node-transport.ts'
import { readBody } from '../../src/upstream/read-body.ts'
import type { UpstreamRequest } from '../../src/upstream/transport.ts'
import { atRest, rejection } from '../support/calls.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

/** A server on a real socket; `sockets` holds every connection made to it. */
async function listen(server: net.Server): Promise<{ readonly url: URL; readonly sockets: Socket[] }> {
  const sockets: Socket[] = []
  server.on('connection', socket => sockets.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/x?y=%2F`), sockets }
}
const serve = (listener: RequestListener) => listen(http.createServer(listener))
/** A server that says these bytes to whoever connects, whatever is asked. */
const say = (bytes: string, end = true) =>
  listen(
    net.createServer(socket => {
      socket.on('error', () => {})
      socket.once('data', () => (end ? socket.end(bytes) : socket.write(bytes)))
    }),
  )

function transport(options?: Parameters<typeof nodeTransport>[0]) {
  const made = nodeTransport(options)
  cleanups.push(() => made.close())
  return made
}
const get = (url: URL, more: Partial<UpstreamRequest> = {}): UpstreamRequest => ({
  method: 'GET',
  url,
  headers: {},
  signal: new AbortController().signal,
  ...more,
})
const decode = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)

describe('a request', () => {
  it('goes out as it was given: method, path, headers, bytes, and no header added that would be signed', async () => {
    let seen: { request: IncomingMessage; body: string } | undefined
    const { url } = await serve(async (request, response) => {
      let body = ''
      for await (const read of request) body += String(read)
      seen = { request, body }
      response.end()
    })
    const body = new TextEncoder().encode('{"a":"é"}')
    await transport().send(
      get(url, { method: 'POST', body, headers: { 'x-amz-date': 'now', authorization: 'AWS4 x' } }),
    )
    expect(seen?.body).toBe('{"a":"é"}')
    expect(seen?.request).toMatchObject({ method: 'POST', url: '/v1/x?y=%2F' })
    expect(seen?.request.headers).toEqual({
      'x-amz-date': 'now',
      authorization: 'AWS4 x',
      'content-length': '10',
      host: url.host,
      connection: 'keep-alive',
    })
  })

  it('uses a kept connection again once the answer before it was read', async () => {
    const { url, sockets } = await serve((_, response) => response.end('ok'))
    const client = transport()
    for (let count = 0; count < 3; count += 1) {
      const answer = await client.send(get(url))
      expect(decode(await readBody(answer.body))).toBe('ok')
      // The socket goes back to the agent a turn after the end was read.
      await new Promise(resolve => setImmediate(resolve))
    }
    expect(sockets).toHaveLength(1)
  })
})

describe('an answer', () => {
  it('has its status and headers, lower-case, and any status is an answer', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(429, { 'Retry-After': '7', 'X-Amzn-RequestId': 'r1' }).end('slow down')
    })
    const answer = await transport().send(get(url))
    expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '7', 'x-amzn-requestid': 'r1' } })
    expect(decode(await readBody(answer.body))).toBe('slow down')
  })

  it('that redirects is not followed', async () => {
    let requests = 0
    const { url } = await serve((_, response) => {
      requests += 1
      response.writeHead(307, { location: '/elsewhere' }).end()
    })
    const answer = await transport().send(get(url))
    expect(answer).toMatchObject({ status: 307, headers: { location: '/elsewhere' } })
    await readBody(answer.body)
    expect(requests).toBe(1)
  })

  it('ends, and stays ended', async () => {
    const { url } = await serve((_, response) => response.end('ok'))
    const { body } = await transport().send(get(url))
    await readBody(body)
    expect(await body.next()).toEqual({ done: true, value: undefined })
  })

  it('brings in one read all that the socket has brought', async () => {
    const { url } = await say('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nabcdef')
    const { body } = await transport().send(get(url))
    expect(decode((await body.next()).value)).toBe('abcdef')
  })
})

/** How many requests a connection has brought. */
const requestsOver = new WeakMap<object, number>()

describe('what breaks', () => {
  it.each([
    ['a refused connection', async () => new URL('http://127.0.0.1:1/'), 'it refuses connections (ECONNREFUSED)'],
    [
      'a name that does not exist',
      async () => new URL('http://nowhere.invalid/'),
      /its name (does not resolve; check the region or the base URL|could not be resolved just now) \(E\w+\)/,
    ],
    [
      'a server that hangs up without an answer',
      async () => (await say('')).url,
      'it closed the connection (ECONNRESET)',
    ],
    [
      'an answer that is no HTTP',
      async () => (await say('220 smtp.example ready\r\n')).url,
      'the connection failed (HPE_INVALID_CONSTANT)',
    ],
  ])('%s is upstream_unavailable, and the message says why', async (_, where, why) => {
    const url = await where()
    const error = await rejection(transport().send(get(url)))
    expect(error).toMatchObject({
      code: 'upstream_unavailable',
      message: expect.stringContaining(`The upstream ${url.host} gave no answer: `),
    })
    expect(String(error)).toMatch(why)
  })

  it('a kept connection that the upstream had closed is replaced, once, by one of its own', async () => {
    const seen: string[] = []
    // Answers the first request of a connection, and hangs up on the second without a word, as an upstream does whose time is up.
    const { url, sockets } = await serve((request, response) => {
      const served = requestsOver.get(request.socket) ?? 0
      requestsOver.set(request.socket, served + 1)
      if (served > 0) return void request.socket.destroy()
      let body = ''
      request.on('data', (read: Buffer) => {
        body += read
      })
      request.on('end', () => {
        seen.push(body)
        response.end('ok')
      })
    })
    const client = transport()
    for (const text of ['one', 'two']) {
      const answer = await client.send({ ...get(url), method: 'POST', body: Buffer.from(text) })
      expect(decode(await readBody(answer.body))).toBe('ok')
      await new Promise(resolve => setImmediate(resolve))
    }
    expect(seen).toEqual(['one', 'two'])
    expect(sockets).toHaveLength(2)
  })

  it('an abort while a kept connection waits rejects once, with its reason, and sends nothing again', async () => {
    let asked = 0
    const caller = new AbortController()
    const { url } = await serve((_, response) => {
      asked += 1
      if (asked === 1) response.end('ok')
      else caller.abort()
    })
    const unhandled: unknown[] = []
    const listener = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', listener)
    cleanups.push(() => process.off('unhandledRejection', listener))
    const client = transport()
    await readBody((await client.send(get(url))).body)
    await new Promise(resolve => setImmediate(resolve))
    expect(await rejection(client.send(get(url, { signal: caller.signal })))).toMatchObject({ code: 'cancelled' })
    for (let turn = 0; turn < 20; turn += 1) await new Promise(resolve => setImmediate(resolve))
    expect(unhandled).toEqual([])
    expect(asked).toBe(2)
  })

  it('a reset in the middle of the answer over a kept connection is a cut, and sends nothing again', async () => {
    let asked = 0
    const { url } = await serve((request, response) => {
      asked += 1
      if (asked === 1) return void response.end('ok')
      response.writeHead(200, { 'content-length': '100' })
      response.write('part', () => request.socket.resetAndDestroy())
    })
    const client = transport()
    await readBody((await client.send(get(url))).body)
    await new Promise(resolve => setImmediate(resolve))
    const { body } = await client.send(get(url))
    expect(await rejection(readBody(body))).toMatchObject({ code: 'stream_interrupted' })
    for (let turn = 0; turn < 20; turn += 1) await new Promise(resolve => setImmediate(resolve))
    expect(asked).toBe(2)
  })

  it('a connection that turns into something else and closes is no answer', async () => {
    const { url } = await say('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n')
    expect(await rejection(transport().send(get(url)))).toMatchObject({ code: 'upstream_unavailable' })
  })

  it('a close lets busy connections end, for another gateway may be using them', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    const { url, sockets } = await serve(async (_, response) => {
      response.write('a')
      await gate
      response.end('b')
    })
    const client = transport()
    const { body } = await client.send(get(url))
    await client.close()
    open()
    expect(decode(await readBody(body))).toBe('ab')
    expect(sockets).toHaveLength(1)
  })

  it('a new connection that is closed without an answer is not tried again', async () => {
    const { url, sockets } = await serve(request => void request.socket.destroy())
    expect(await rejection(transport().send(get(url)))).toMatchObject({ code: 'upstream_unavailable' })
    expect(sockets).toHaveLength(1)
  })

  it.each([
    ['content-length', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart'],
    ['chunked', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\npart\r\n'],
  ])('a %s body cut before its end is stream_interrupted, after what came', async (_, bytes) => {
    const { url } = await say(bytes)
    const { body } = await transport().send(get(url))
    expect(decode((await body.next()).value)).toBe('part')
    expect(await rejection(body.next())).toMatchObject({ code: 'stream_interrupted', retryable: true })
  })

  it('a connection that is not there in time is timeout_connect', async () => {
    // TLS that never answers: the connection is open, the handshake is not done.
    const silent = await listen(net.createServer(() => {}))
    const url = new URL(silent.url.href.replace('http:', 'https:'))
    const error = await rejection(transport({ connectMs: 1 }).send(get(url)))
    expect(error).toMatchObject({ code: 'timeout_connect', message: `No connection to ${url.host} within 1 ms.` })
  })
})

describe('a signal', () => {
  it('that has aborted already opens no connection', async () => {
    const { url, sockets } = await serve((_, response) => response.end())
    const reason = new GatewayError('timeout_total', 'Too late.')
    expect(await rejection(transport().send(get(url, { signal: AbortSignal.abort(reason) })))).toBe(reason)
    expect(sockets).toHaveLength(0)
  })

  it('that aborts before the head closes the socket', async () => {
    const caller = new AbortController()
    const closed = Promise.withResolvers<void>()
    const { url } = await serve(request => {
      request.socket.on('close', closed.resolve)
      caller.abort()
    })
    expect(await rejection(transport().send(get(url, { signal: caller.signal })))).toMatchObject({ code: 'cancelled' })
    await closed.promise
  })

  it('that aborts in the body closes the socket, and the read that waits throws its reason', async () => {
    const caller = new AbortController()
    const { url, sockets } = await serve((_, response) => response.write('part'))
    const { body } = await transport().send(get(url, { signal: caller.signal }))
    await body.next()
    const reading = rejection(body.next())
    const closed = once(sockets[0]!, 'close')
    const reason = new GatewayError('timeout_idle', 'Silence.')
    caller.abort(reason)
    expect(await reading).toBe(reason)
    await closed
  })

  it('is let go when the answer is over', async () => {
    const caller = new AbortController()
    const { url, sockets } = await serve((_, response) => response.end('ok'))
    const answer = await transport().send(get(url, { signal: caller.signal }))
    await readBody(answer.body)
    await new Promise(resolve => setImmediate(resolve))
    caller.abort()
    expect(sockets[0]!.destroyed).toBe(false)
  })
})

describe('a reader', () => {
  it('who leaves closes the socket', async () => {
    const { url, sockets } = await serve((_, response) => response.write('part'))
    const { body } = await transport().send(get(url))
    await body.next()
    const closed = once(sockets[0]!, 'close')
    expect(await body.return?.()).toEqual({ done: true, value: undefined })
    await closed
  })

  it('who does not read holds the server back: nothing is read ahead but the buffers', async () => {
    const total = 50 * 1024 * 1024
    let written = 0
    const { url } = await serve((_, response: ServerResponse) => {
      const block = Buffer.alloc(64 * 1024)
      const pour = (): void => {
        while (written < total) {
          written += block.length
          if (!response.write(block)) return void response.once('drain', pour)
        }
        response.end()
      }
      pour()
    })
    const { body } = await transport().send(get(url))
    const held = await atRest(() => written)
    expect(held).toBeLessThan(total / 2)
    expect((await readBody(body, total)).length).toBe(total)
  })
})

describe('close', () => {
  it('closes kept connections', async () => {
    const { url, sockets } = await serve((_, response) => response.end('ok'))
    const client = nodeTransport()
    await readBody((await client.send(get(url))).body)
    const closed = once(sockets[0]!, 'close')
    await client.close()
    await closed
  })
})
