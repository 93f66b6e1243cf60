import { setImmediate as nextTurn } from 'node:timers/promises'
import { inspect } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { GatewayError } from '../../src/errors.ts'
import { readBody } from '../../src/upstream/read-body.ts'
import type { Transport, UpstreamRequest } from '../../src/upstream/transport.ts'
import { atRest, rejection, turns } from '../support/calls.ts'
import { closedSocket, say, serve } from './socket-server.ts'

/** What every transport keeps, whatever it sends with. */
export interface TransportCase {
  readonly name: string
  readonly run: (transport: Transport) => Promise<void>
}

/** A request as a provider makes it. */
export function get(url: URL, more: Partial<UpstreamRequest> = {}): UpstreamRequest {
  return { method: 'GET', url, headers: {}, signal: new AbortController().signal, ...more }
}

export function decode(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes)
}

/** Reads an answer whole, and gives its connection the turn it takes to be free again. */
export async function exchange(transport: Transport, request: UpstreamRequest): Promise<string> {
  const { body } = await transport.send(request)
  const text = decode(await readBody(body))
  await nextTurn()
  return text
}

/** A body that has ended, in peace. */
const over = { done: true, value: undefined }

const requests: readonly TransportCase[] = [
  {
    name: 'a request goes out as it was given: method, path, headers, bytes',
    async run(transport) {
      let seen: unknown
      await using server = await serve(async (request, response) => {
        let body = ''
        for await (const read of request) body += String(read)
        seen = { method: request.method, url: request.url, headers: request.headers, body }
        response.end()
      })
      const body = new TextEncoder().encode('-{"a":"é"}-').subarray(1, -1)
      const headers = { 'x-amz-date': 'now', authorization: 'AWS4 x', host: server.url.host, accept: 'text/plain' }
      await exchange(transport, get(server.url, { method: 'POST', body, headers }))
      expect(seen).toMatchObject({
        method: 'POST',
        url: '/v1/x?y=%2F',
        headers: { ...headers, 'content-length': '10' },
        body: '{"a":"é"}',
      })
    },
  },
  {
    name: 'a kept connection is used again once the answer before it was read',
    async run(transport) {
      await using server = await serve((_, response) => response.end('ok'))
      for (let count = 0; count < 3; count += 1) expect(await exchange(transport, get(server.url))).toBe('ok')
      expect(server.sockets).toHaveLength(1)
    },
  },
]

const answers: readonly TransportCase[] = [
  {
    name: 'an answer has its status and headers, lower-case, and any status is an answer',
    async run(transport) {
      await using server = await serve((_, response) => {
        response.writeHead(429, { 'Retry-After': '7', 'X-Amzn-RequestId': 'r1' }).end('slow down')
      })
      const answer = await transport.send(get(server.url))
      expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '7', 'x-amzn-requestid': 'r1' } })
      expect(decode(await readBody(answer.body))).toBe('slow down')
    },
  },
  {
    name: 'an answer that redirects is not followed',
    async run(transport) {
      let asked = 0
      await using server = await serve((_, response) => {
        asked += 1
        response.writeHead(307, { location: '/elsewhere' }).end()
      })
      const answer = await transport.send(get(server.url))
      expect(answer).toMatchObject({ status: 307, headers: { location: '/elsewhere' } })
      await readBody(answer.body)
      expect(asked).toBe(1)
    },
  },
  {
    name: 'an answer without a body is one that is over',
    async run(transport) {
      await using server = await serve((_, response) => response.writeHead(204).end())
      const { status, body } = await transport.send(get(server.url))
      expect([status, await body.next()]).toEqual([204, over])
    },
  },
  {
    name: 'an answer ends, and stays ended',
    async run(transport) {
      await using server = await serve((_, response) => response.end('ok'))
      const { body } = await transport.send(get(server.url))
      await readBody(body)
      expect(await body.next()).toEqual(over)
    },
  },
  {
    name: 'all that the socket has brought is one read',
    async run(transport) {
      await using server = await say('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nabcdef')
      const { body } = await transport.send(get(server.url))
      expect(decode((await body.next()).value)).toBe('abcdef')
    },
  },
  {
    name: 'an answer that is compressed all the same says so exactly while it is',
    async run(transport) {
      await using server = await serve((_, response) => {
        const bytes = gzipSync('ok')
        response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': bytes.length }).end(bytes)
      })
      const { headers, body } = await transport.send(get(server.url, { headers: { 'accept-encoding': 'identity' } }))
      const bytes = await readBody(body)
      const isGzip = headers['content-encoding'] === 'gzip'
      expect(decode(isGzip ? gunzipSync(bytes) : bytes)).toBe('ok')
      if (headers['content-length'] !== undefined) expect(headers['content-length']).toBe(`${bytes.length}`)
    },
  },
]

/** A failure before the head, and what its message says of the reason. */
function unavailable(
  what: string,
  why: RegExp,
  where: () => Promise<AsyncDisposable & { readonly url: URL }>,
): TransportCase {
  return {
    name: `${what} is upstream_unavailable, and the message says why`,
    async run(transport) {
      await using server = await where()
      const error = await rejection(transport.send(get(server.url)))
      expect(error).toMatchObject({
        code: 'upstream_unavailable',
        message: expect.stringContaining(`The upstream ${server.url.host} gave no answer: `),
      })
      expect(String(error)).toMatch(why)
    },
  }
}

/** A body that was announced longer than it is. */
function cut(how: string, bytes: string): TransportCase {
  return {
    name: `a ${how} body cut before its end is stream_interrupted, after what came, and stays so`,
    async run(transport) {
      await using server = await say(bytes)
      const { body } = await transport.send(get(server.url))
      expect(decode((await body.next()).value)).toBe('part')
      for (let read = 0; read < 2; read += 1) {
        expect(await rejection(body.next())).toMatchObject({ code: 'stream_interrupted', retryable: true })
      }
    },
  }
}

const failures: readonly TransportCase[] = [
  unavailable(
    'a refused connection',
    /it refuses connections; check that it runs, and its port \(ECONNREFUSED\)/,
    async () => {
      const server = await say('')
      await server[Symbol.asyncDispose]()
      return server
    },
  ),
  unavailable(
    'a name that does not exist',
    /its name (does not resolve; check the region or the base URL|could not be resolved just now) \(E\w+\)/,
    async () => ({ url: new URL('http://nowhere.invalid/'), [Symbol.asyncDispose]: () => Promise.resolve() }),
  ),
  unavailable(
    'a server that hangs up without an answer',
    /it closed the connection \((ECONNRESET|UND_ERR_SOCKET)\)/,
    () => say(''),
  ),
  unavailable(
    'an answer that is no HTTP',
    /it did not speak HTTP; .+ \((HPE_INVALID_CONSTANT|HTTPParserError)\)\./,
    () => say('220 smtp.example ready\r\n'),
  ),
  unavailable(
    'a server without TLS, spoken to in TLS,',
    /TLS with it failed; .+ \((EPROTO|ERR_SSL_\w+)\)\./,
    async () => {
      const server = await serve((_, response) => response.end())
      return {
        url: new URL(server.url.href.replace('http:', 'https:')),
        [Symbol.asyncDispose]: server[Symbol.asyncDispose],
      }
    },
  ),
  unavailable('a connection that turns into something else and closes', /gave no answer/, () =>
    say('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
  ),
  cut('content-length', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart'),
  cut('chunked', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\npart\r\n'),
  ...[
    'HTTP/1.1 200 OK\r\nplugh plugh plugh\r\n\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nplugh plugh plugh',
  ].map((bytes, index) => ({
    name: `an answer that is no HTTP ${index === 0 ? 'in its head' : 'in its body'} is not shown by the error`,
    async run(transport: Transport) {
      await using server = await say(bytes)
      const error = await rejection(transport.send(get(server.url)).then(({ body }) => readBody(body)))
      const shown = inspect(error, { depth: 10 })
      expect(shown).not.toContain('plugh')
      expect(shown).not.toContain('rawPacket')
    },
  })),
  {
    name: 'a new connection that is closed without an answer is not tried again',
    async run(transport) {
      await using server = await serve(request => void request.socket.destroy())
      const request = get(server.url, { method: 'POST', body: Buffer.from('{}') })
      expect(await rejection(transport.send(request))).toMatchObject({ code: 'upstream_unavailable' })
      await turns(20)
      expect(server.sockets).toHaveLength(1)
    },
  },
  {
    name: 'a reset in the middle of the answer over a kept connection is a cut, and sends nothing again',
    async run(transport) {
      let asked = 0
      await using server = await serve((request, response) => {
        asked += 1
        if (asked === 1) return void response.end('ok')
        response.writeHead(200, { 'content-length': '100' })
        response.write('part', () => request.socket.resetAndDestroy())
      })
      await exchange(transport, get(server.url))
      const { body } = await transport.send(get(server.url))
      expect(await rejection(Promise.resolve(readBody(body)))).toMatchObject({ code: 'stream_interrupted' })
      await turns(20)
      expect(asked).toBe(2)
    },
  },
]

const signals: readonly TransportCase[] = [
  {
    name: 'a signal that has aborted already opens no connection',
    async run(transport) {
      await using server = await serve((_, response) => response.end())
      const reason = new GatewayError('timeout_total', 'Too late.')
      expect(await rejection(transport.send(get(server.url, { signal: AbortSignal.abort(reason) })))).toBe(reason)
      expect(server.sockets).toHaveLength(0)
    },
  },
  {
    name: 'a signal that aborts before the head closes the socket',
    async run(transport) {
      const caller = new AbortController()
      await using server = await serve(() => caller.abort())
      const error = await rejection(transport.send(get(server.url, { signal: caller.signal })))
      expect(error).toMatchObject({ code: 'cancelled' })
      await closedSocket(server)
    },
  },
  {
    name: 'a signal that aborts while a kept connection waits rejects once, with its reason, and sends nothing again',
    async run(transport) {
      let asked = 0
      const reason = new GatewayError('timeout_first_frame', 'Silence.')
      const caller = new AbortController()
      await using server = await serve((_, response) => {
        asked += 1
        if (asked === 1) response.end('ok')
        else caller.abort(reason)
      })
      const unhandled: unknown[] = []
      const listener = (fault: unknown): void => void unhandled.push(fault)
      process.on('unhandledRejection', listener)
      try {
        await exchange(transport, get(server.url))
        expect(await rejection(transport.send(get(server.url, { signal: caller.signal })))).toBe(reason)
        await turns(20)
      } finally {
        process.off('unhandledRejection', listener)
      }
      expect(unhandled).toEqual([])
      expect(asked).toBe(2)
    },
  },
  {
    name: 'a signal that aborts in the body closes the socket, and the read that waits throws its reason',
    async run(transport) {
      const caller = new AbortController()
      await using server = await serve((_, response) => response.write('part'))
      const { body } = await transport.send(get(server.url, { signal: caller.signal }))
      await body.next()
      const reading = rejection(body.next())
      const reason = new GatewayError('timeout_idle', 'Silence.')
      caller.abort(reason)
      expect(await reading).toBe(reason)
      await closedSocket(server)
      expect(await rejection(body.next())).toBe(reason)
    },
  },
  {
    name: 'a signal that aborts between two reads closes the socket, and the next one throws its reason',
    async run(transport) {
      const caller = new AbortController()
      await using server = await serve((_, response) => response.write('part'))
      const { body } = await transport.send(get(server.url, { signal: caller.signal }))
      await body.next()
      caller.abort()
      await closedSocket(server)
      expect(await rejection(body.next())).toMatchObject({ code: 'cancelled' })
    },
  },
  {
    name: 'a signal is let go when the answer is over',
    async run(transport) {
      const caller = new AbortController()
      await using server = await serve((_, response) => response.end('ok'))
      await exchange(transport, get(server.url, { signal: caller.signal }))
      caller.abort()
      await turns(20)
      expect(server.sockets[0]!.destroyed).toBe(false)
    },
  },
]

const readers: readonly TransportCase[] = [
  ...[0, 1].map(reads => ({
    name: `a reader who leaves after ${reads} reads closes the socket`,
    async run(transport: Transport) {
      await using server = await serve((_, response) => response.write('part'))
      const { body } = await transport.send(get(server.url))
      for (let read = 0; read < reads; read += 1) await body.next()
      expect(await body.return?.()).toEqual(over)
      await closedSocket(server)
    },
  })),
  {
    name: 'a reader who leaves while a read waits ends it, and closes the socket',
    async run(transport) {
      await using server = await serve((_, response) => response.write('part'))
      const { body } = await transport.send(get(server.url))
      await body.next()
      const reading = body.next()
      await body.return?.()
      expect(await reading).toEqual(over)
      await closedSocket(server)
      expect(await body.next()).toEqual(over)
    },
  },
  {
    name: 'a reader who has left gets nothing more: neither what had come, nor why the connection broke, nor an abort',
    async run(transport) {
      const caller = new AbortController()
      await using server = await serve((_, response) => response.write('part'))
      const { body } = await transport.send(get(server.url, { signal: caller.signal }))
      await body.return?.()
      expect(await body.next()).toEqual(over)
      await closedSocket(server)
      caller.abort()
      await turns()
      for (let read = 0; read < 2; read += 1) expect(await body.next()).toEqual(over)
      expect(await body.return?.()).toEqual(over)
    },
  },
  {
    name: 'a reader who leaves after the end of an answer leaves the connection to others',
    async run(transport) {
      await using server = await serve((_, response) => response.end('ok'))
      for (let count = 0; count < 2; count += 1) {
        const { body } = await transport.send(get(server.url))
        await readBody(body)
        expect(await body.return?.()).toEqual(over)
        await nextTurn()
      }
      expect(server.sockets).toHaveLength(1)
      expect(server.sockets[0]!.destroyed).toBe(false)
    },
  },
  {
    name: 'a reader who does not read holds the server back: nothing is read ahead but the buffers',
    async run(transport) {
      const total = 50 * 1024 * 1024
      let written = 0
      await using server = await serve((_, response) => {
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
      const { body } = await transport.send(get(server.url))
      expect(await atRest(() => written)).toBeLessThan(total / 2)
      expect((await readBody(body, total)).length).toBe(total)
    },
  },
]

const closing: readonly TransportCase[] = [
  {
    name: 'a close lets busy connections end, for another gateway may be using them',
    async run(transport) {
      const { promise: gate, resolve: open } = Promise.withResolvers<void>()
      await using server = await serve(async (_, response) => {
        response.write('a')
        await gate
        response.end('b')
      })
      const { body } = await transport.send(get(server.url))
      await transport.close()
      open()
      expect(decode(await readBody(body))).toBe('ab')
      expect(server.sockets).toHaveLength(1)
    },
  },
]

/** The conformance suite of the transport port, over real sockets. */
export const transportCases: readonly TransportCase[] = [
  ...requests,
  ...answers,
  ...failures,
  ...signals,
  ...readers,
  ...closing,
]
