import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { GatewayError } from '../../src/errors.ts'
import { undici } from '../../src/upstream/undici-transport.ts'
import { rejection } from '../support/calls.ts'
import { serve } from './socket-server.ts'
import { exchange, get } from './transport-cases.ts'

it('a request that was given up while it waited for a connection never goes out, and costs no connection', async () => {
  const asked: string[] = []
  let slow: ServerResponse | undefined
  await using server = await serve((request, response) => {
    asked.push(request.url ?? '')
    if (request.url === '/slow') slow = response
    else response.end('ok')
  })
  const transport = undici({ maxSockets: 1 })
  const at = (path: string): URL => new URL(path, server.url)
  await exchange(transport, get(at('/first')))
  const running = exchange(transport, get(at('/slow')))
  const controller = new AbortController()
  const waiting = rejection(transport.send(get(at('/queued'), { signal: controller.signal })))
  controller.abort(new GatewayError('cancelled', 'left'))
  expect(await waiting).toMatchObject({ code: 'cancelled' })
  while (!slow) await once(server.sockets[0]!, 'data')
  slow.end('ok')
  await running
  await exchange(transport, get(at('/third')))
  expect(asked).toEqual(['/first', '/slow', '/third'])
  expect(server.sockets).toHaveLength(1)
  await transport.close()
})

it("loads undici's pool, and not its main file, which takes the place of Node's own dispatcher for fetch", async () => {
  const script = `
    import { createRequire } from 'node:module'
    import { undici } from '@modelgate/core/undici'
    const { cache } = createRequire(import.meta.url)
    const loaded = () => ['pool.js', 'undici/index.js'].map(end => Object.keys(cache).some(file => file.endsWith(end)))
    const request = { method: 'GET', url: new URL('http://127.0.0.1:9/'), headers: {}, signal: new AbortController().signal }
    const before = loaded()
    await undici().send(request).catch(error => console.log(error.code, ...before, ...loaded()))`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['-C', 'modelgate-source', '--input-type=module', '-e', script],
    { cwd: import.meta.dirname },
  )
  expect(stdout.trim()).toBe('upstream_unavailable false false true false')
})

it('keeps connections to a hundred origins, and lets go of the oldest for more', async () => {
  const sockets: Socket[] = []
  const servers = await Promise.all(
    Array.from({ length: 120 }, async () => {
      const server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1')
      server.on('connection', socket => sockets.push(socket))
      await once(server, 'listening')
      return server
    }),
  )
  const transport = undici()
  const ask = async (index: number): Promise<void> => {
    const { port } = servers[index]!.address() as AddressInfo
    await exchange(transport, get(new URL(`http://127.0.0.1:${port}/`)))
  }
  for (let index = 0; index < 120; index += 1) await ask(index)
  await expect.poll(() => sockets.filter(socket => !socket.destroyed).length).toBe(100)
  await ask(119)
  expect(sockets).toHaveLength(120)
  await ask(0)
  expect(sockets).toHaveLength(121)
  await transport.close()
  for (const server of servers) server.close()
})
