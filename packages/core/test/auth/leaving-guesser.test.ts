import { once } from 'node:events'
import { createServer } from 'node:http'
import http2 from 'node:http2'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { apiKeys, createGateway } from '../../src/index.ts'
import { toNodeHandler } from '../../src/node.ts'
import { scriptedProvider } from '../../src/testing/index.ts'

/** A gateway whose store answers when the test says so; it has been asked once. */
async function rig() {
  const answers: (() => void)[] = []
  const findByHash = vi.fn(() => new Promise<undefined>(resolve => answers.push(() => resolve(undefined))))
  const gateway = createGateway({
    providers: [scriptedProvider('model', ['Hello'])],
    auth: apiKeys({ findByHash }, { failedAttempts: { perMinute: 3 } }),
  })
  const answer = async (): Promise<void> => {
    answers.pop()?.()
    await new Promise(resolve => setImmediate(resolve))
  }
  const first = gateway.fetch('http://gateway/v1/models', { headers: { 'x-api-key': 'guess' } })
  await vi.waitUntil(() => answers.length > 0)
  await answer()
  await first
  return { handler: toNodeHandler(gateway), findByHash, answer }
}

// Of a socket that is closed, and of a stream, Node knows no address any more.
describe('refused keys of clients who do not wait for the answer are counted like others', () => {
  it('over HTTP/1.1', async () => {
    const { handler, findByHash, answer } = await rig()
    const server = createServer(handler).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    for (let guess = 0; guess < 5; guess += 1) {
      const accepted = once(server, 'connection')
      const client = connect(port, '127.0.0.1')
      const [peer] = await accepted
      const closed = once(peer, 'close')
      client.write(`GET /v1/models HTTP/1.1\r\nhost: gateway\r\nx-api-key: guess-${guess}\r\n\r\n`)
      if (guess < 3) await vi.waitUntil(() => findByHash.mock.calls.length === guess + 2)
      else await once(client, 'data')
      client.destroy()
      await closed
      await answer()
    }
    expect(findByHash).toHaveBeenCalledTimes(1 + 3)
    server.close()
  })

  it('over HTTP/2', async () => {
    const { handler, findByHash, answer } = await rig()
    const mounted = handler as (request: unknown, response: unknown) => void
    const server = http2.createServer(mounted).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    for (let guess = 0; guess < 5; guess += 1) {
      const arrived = once(server, 'stream')
      const request = client.request({ ':path': '/v1/models', 'x-api-key': `guess-${guess}` })
      const [stream] = await arrived
      const closed = once(stream, 'close')
      if (guess < 3) await vi.waitUntil(() => findByHash.mock.calls.length === guess + 2)
      else await once(request, 'response')
      request.close(http2.constants.NGHTTP2_CANCEL)
      await closed
      await answer()
    }
    expect(findByHash).toHaveBeenCalledTimes(1 + 3)
    client.close()
    server.close()
  })
})
