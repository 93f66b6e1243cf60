import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, it } from 'vitest'
import { startApp } from '../src/start-app.ts'
import { demoKey, postChat } from './chat-over-http.ts'
import { documentedFetch as fetch } from './documented-fetch.ts'
import { runToEnd } from './run-gateway.ts'

const scrape = (url: string | undefined, key?: string): Promise<Response> =>
  fetch(`${url}/metrics`, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } })

it('Prometheus reads the metrics with a key of the scope admin', async () => {
  const app = await startApp({ PORT: '0' }, () => {})
  await (await postChat(`${app.url}/v1/chat/completions`)).text()
  expect((await scrape(app.url)).status).toBe(401)
  const answer = await scrape(app.url, demoKey)
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  expect(await answer.text()).toMatch(/^modelgate_\w+\{.*\} 1$/m)
  expect(app.metrics).toBeUndefined()
  await app.close()
})

it('or without one, on a listener of its own that serves nothing else', async () => {
  const app = await startApp({ PORT: '0', METRICS_PORT: '0' }, () => {})
  expect(app.metrics).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect((await scrape(app.metrics)).status).toBe(200)
  for (const path of ['/v1/models', '/api/v1/admin/config', '/health', '/v1/chat/completions']) {
    const answer = await globalThis.fetch(app.metrics + path, { headers: { 'X-API-Key': demoKey } })
    expect(answer.status).toBe(404)
    const message = `There is nothing at GET ${path}. This gateway serves /metrics.`
    expect(await answer.json()).toMatchObject({ error: { code: 'not_found', message } })
  }
  expect((await globalThis.fetch(`${app.metrics}/metrics`, { method: 'POST' })).headers.get('allow')).toBe('GET, HEAD')
  expect((await scrape(app.url)).status).toBe(401)
  await app.close()
  await expect(scrape(app.metrics)).rejects.toThrow()
})

it('where its port is taken, the app does not serve either, and the process ends', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const { port } = holder.address() as AddressInfo
  const { code, stdout, stderr } = await runToEnd({ METRICS_PORT: String(port) })
  holder.close()
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: `Cannot listen on 127.0.0.1:${port}: the port is taken; set METRICS_PORT to another.\n`,
  })
})
