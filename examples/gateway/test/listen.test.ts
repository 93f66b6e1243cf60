import { once } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { buffer, text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { type ListeningServer, listen } from '../src/server/listen.ts'

const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end()
})

async function serve(handler: RequestListener): Promise<ListeningServer> {
  const server = await listen(handler, { host: '127.0.0.1', port: 0, state: { isDraining: false } })
  endings.push(() => server.close(0))
  return server
}

async function connectTo({ url }: ListeningServer, bytes = ''): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  endings.push(() => socket.destroy())
  await once(socket, 'connect')
  socket.write(bytes)
  return socket
}

const get = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'
const long = { delayMs: 0, callsMs: 60_000 }

describe('a server that drains', () => {
  it('lets a slow reader have the end of an answer whose last bytes were still on their way', async () => {
    const body = Buffer.alloc(24_000_000, 'x')
    const written = Promise.withResolvers<void>()
    const server = await serve((_request, response) => {
      response.end(body)
      written.resolve()
    })
    const socket = await connectTo(server, get)
    socket.pause()
    await written.promise
    const drained = server.drain(long)
    const answer = await buffer(socket)
    expect(answer.length).toBeGreaterThan(body.length)
    await drained
  })

  it('closes connections that wait for a request, and those whose answer has gone out', async () => {
    const open: ServerResponse[] = []
    const server = await serve((request, response) => {
      if (request.url === '/hold') open.push(response)
      else response.end('ok')
    })
    const kept = await connectTo(server, get)
    await once(kept, 'data')
    const ahead = await connectTo(server)
    const held = await connectTo(server, get.replace('/', '/hold'))
    await expect.poll(() => open.length).toBe(1)
    const drained = server.drain(long)
    await Promise.all([text(kept), text(ahead)])
    expect(held.closed).toBe(false)
    open[0]!.end('done')
    expect(await text(held)).toMatch(/connection: close[\s\S]*done/)
    await drained
  })

  it('waits for a request whose head has come in part, and says that its answer is the last', async () => {
    const open: ServerResponse[] = []
    const server = await serve((request, response) => {
      if (request.url === '/hold') open.push(response)
      else response.end('served')
    })
    const socket = await connectTo(server, get.slice(0, 10))
    await connectTo(server, get.replace('/', '/hold'))
    await expect.poll(() => open.length).toBe(1)
    const drained = server.drain(long)
    socket.write(get.slice(10))
    expect(await text(socket)).toMatch(/connection: close[\s\S]*served/)
    open[0]!.end()
    await drained
  })

  it('answers with 503 in the end what never came in whole', async () => {
    const came = Promise.withResolvers<void>()
    const server = await serve(() => came.resolve())
    const socket = await connectTo(server, 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nab')
    await came.promise
    await server.drain({ delayMs: 0, callsMs: 0 })
    const [answer] = await Promise.all([text(socket), server.close(1_000)])
    expect(answer).toMatch(/^HTTP\/1\.1 503 [\s\S]*connection: close[\s\S]*x-should-retry: true[\s\S]*"shutting_down"/)
  })

  it('goes on accepting for as long as it was told to', async () => {
    const server = await serve((_request, response) => void response.end('served'))
    const drained = server.drain({ delayMs: 300, callsMs: 60_000 })
    expect(await text(await connectTo(server, get))).toContain('connection: close')
    await drained
    await expect(connectTo(server)).rejects.toThrow('ECONNREFUSED')
  })
})

describe('a server that listens', () => {
  it('says why it refuses a request without a host', async () => {
    const server = await serve((_request, response) => response.end('served'))
    const told = await text(await connectTo(server, 'POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}'))
    expect(told).toMatch(/^HTTP\/1\.1 400 [\s\S]*connection: close[\s\S]*"message":"The request has no Host header/)
    const old = await text(await connectTo(server, 'GET / HTTP/1.0\r\n\r\n'))
    expect(old).toMatch(/ 200 [\s\S]*served$/)
  })

  it('passes over an expectation that nobody knows', async () => {
    const server = await serve((_request, response) => response.end('served'))
    const asked = get.replace('\r\n\r\n', '\r\nconnection: close\r\nexpect: a-miracle\r\n\r\n')
    expect(await text(await connectTo(server, asked))).toMatch(/ 200 [\s\S]*served/)
  })
})
