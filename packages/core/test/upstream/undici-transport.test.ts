import { execFile } from 'node:child_process'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
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
