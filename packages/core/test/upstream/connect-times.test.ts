import net from 'node:net'
import { describe, expect, it } from 'vitest'
import { nodeTransport } from '../../src/upstream/node-transport.ts'
import { undici } from '../../src/upstream/undici-transport.ts'
import { rejection } from '../support/calls.ts'
import { listen, serve } from './socket-server.ts'
import { exchange, get } from './transport-cases.ts'

describe.each([
  ['nodeTransport()', nodeTransport],
  ['undici()', undici],
] as const)('the time that a request gives its connection, over %s', (_, make) => {
  it('stands in place of a longer one of the transport’s', async () => {
    // TLS that never answers: the connection is open, the handshake is not done.
    await using silent = await listen(net.createServer(() => {}))
    const url = new URL(silent.url.href.replace('http:', 'https:'))
    const transport = make({ connectMs: 600_000 })
    expect(await rejection(transport.send(get(url, { connectMs: 5 })))).toMatchObject({
      code: 'timeout_connect',
      message: `No connection to ${url.host} within 5 ms.`,
    })
    await transport.close()
  })

  it('does not count for a connection that was kept', async () => {
    await using server = await serve((_request, response) => void setTimeout(() => response.end('ok'), 20))
    const transport = make()
    await exchange(transport, get(server.url))
    expect(await exchange(transport, get(server.url, { connectMs: 1 }))).toBe('ok')
    await transport.close()
  })
})
