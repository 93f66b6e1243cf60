import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, it, vi } from 'vitest'
import { apiKeys, createGateway } from '../../src/index.ts'
import { toNodeHandler } from '../../src/node.ts'
import { scriptedProvider } from '../../src/testing/index.ts'

/** Of a socket that is closed Node knows no address any more, unless it was asked for it before. */
it('refused keys of clients who do not wait for the answer are counted like others', async () => {
  const answers: (() => void)[] = []
  const findByHash = vi.fn(() => new Promise<undefined>(resolve => answers.push(() => resolve(undefined))))
  const gateway = createGateway({
    providers: [scriptedProvider('model', ['Hello'])],
    auth: apiKeys({ findByHash }, { failedAttempts: { perMinute: 3 } }),
  })
  const first = gateway.fetch('http://gateway/v1/models', { headers: { 'x-api-key': 'guess' } })
  await vi.waitUntil(() => answers.length > 0)
  answers.pop()?.()
  await first
  const server = createServer(toNodeHandler(gateway)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  for (let guess = 0; guess < 5; guess += 1) {
    const asked = findByHash.mock.calls.length
    const accepted = once(server, 'connection')
    const client = connect(port, '127.0.0.1')
    const [peer] = await accepted
    const closed = once(peer, 'close')
    client.write(`GET /v1/models HTTP/1.1\r\nhost: gateway\r\nx-api-key: guess-${guess}\r\n\r\n`)
    if (guess < 3) await vi.waitUntil(() => findByHash.mock.calls.length > asked)
    else await once(client, 'data')
    client.destroy()
    await closed
    answers.pop()?.()
    await new Promise(resolve => setImmediate(resolve))
  }
  expect(findByHash).toHaveBeenCalledTimes(1 + 3)
  server.close()
})
