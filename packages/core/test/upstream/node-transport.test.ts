import net from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { nodeTransport } from '../../src/upstream/node-transport.ts'
import type { Transport } from '../../src/upstream/transport.ts'
import { rejection } from '../support/calls.ts'
import { closedSocket, listen, serve } from './socket-server.ts'
import { exchange, get } from './transport-cases.ts'

const made: Transport[] = []
afterEach(async () => {
  for (const transport of made.splice(0)) await transport.close()
})
function transport(options?: Parameters<typeof nodeTransport>[0]): Transport {
  const one = nodeTransport(options)
  made.push(one)
  return one
}

/** How many requests a connection has brought. */
const requestsOver = new WeakMap<object, number>()

describe('nodeTransport(), besides what every transport keeps', () => {
  it.each([undefined, () => undefined])(
    'names the transport to give where the runtime has no node:http: %s',
    missing => {
      vi.stubGlobal('process', { ...process, getBuiltinModule: missing })
      try {
        expect(() => nodeTransport()).toThrow(
          expect.objectContaining({
            code: 'invalid_configuration',
            message: expect.stringContaining('fetchTransport()'),
          }),
        )
      } finally {
        vi.unstubAllGlobals()
      }
    },
  )

  it('adds no header that a signature would have to cover', async () => {
    let headers: unknown
    await using server = await serve((request, response) => {
      headers = request.headers
      response.end()
    })
    const body = new TextEncoder().encode('{"a":"é"}')
    await exchange(transport(), get(server.url, { method: 'POST', body, headers: { authorization: 'AWS4 x' } }))
    expect(headers).toEqual({
      authorization: 'AWS4 x',
      'content-length': '10',
      host: server.url.host,
      connection: 'keep-alive',
    })
  })

  it.each(['POST', 'DELETE'] as const)(
    'whose kept connection is lost repeats what may be repeated: %s',
    async method => {
      const seen: string[] = []
      // Answers the first request of a connection, and hangs up on the second without a word, as an upstream does whose time is up.
      await using server = await serve(async (request, response) => {
        const served = requestsOver.get(request.socket) ?? 0
        requestsOver.set(request.socket, served + 1)
        if (served > 0) return void request.socket.destroy()
        let body = ''
        for await (const read of request) body += String(read)
        seen.push(body)
        response.end('ok')
      })
      const client = transport()
      const send = (text: string) => exchange(client, get(server.url, { method, body: Buffer.from(text) }))
      expect(await send('one')).toBe('ok')
      if (method === 'DELETE') expect(await send('two')).toBe('ok')
      // It may have been carried out.
      else {
        expect(await rejection(send('two'))).toMatchObject({
          code: 'upstream_unavailable',
          retryable: true,
          cause: { code: 'ERR_KEPT_CONNECTION_LOST' },
        })
      }
      expect(seen).toEqual(method === 'DELETE' ? ['one', 'two'] : ['one'])
      expect(server.sockets).toHaveLength(method === 'DELETE' ? 2 : 1)
    },
  )

  it('gives a connection up that is not there in time: timeout_connect', async () => {
    // TLS that never answers: the connection is open, the handshake is not done.
    await using silent = await listen(net.createServer(() => {}))
    const url = new URL(silent.url.href.replace('http:', 'https:'))
    const error = await rejection(transport({ connectMs: 1 }).send(get(url)))
    expect(error).toMatchObject({ code: 'timeout_connect', message: `No connection to ${url.host} within 1 ms.` })
  })

  it('closes kept connections at its close', async () => {
    await using server = await serve((_, response) => response.end('ok'))
    const client = transport()
    await exchange(client, get(server.url))
    await client.close()
    await closedSocket(server)
  })
})
