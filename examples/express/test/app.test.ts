import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Gateway } from '@modelgate/core'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createApp } from '../src/app.ts'
import { createServiceGateway } from '../src/gateway.ts'

const apiKey = 'the-callers-key'
let simulator: Simulator
let gateway: Gateway
let server: Server
let url: string
let isDraining = false
beforeAll(async () => {
  simulator = await startSimulator()
  const { accessKeyId, secretAccessKey } = simulator.credential
  const variables = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: simulator.url,
    OPENAI_BASE_URL: simulator.openaiBaseUrl,
  }
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  gateway = createServiceGateway({ apiKey, region: 'us-east-1', openaiApiKey: simulator.openaiKey })
  server = createServer(createApp(gateway, { mountPath: '/llm', isDraining: () => isDraining }))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  vi.unstubAllEnvs()
  server.closeAllConnections()
  server.close()
  await gateway.close({ graceMs: 0 })
  await simulator.close()
})

const post = (path: string, body: string, more: Record<string, string> = {}): Promise<Response> =>
  fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...more }, body })

describe('the Express service', () => {
  it('has its own routes and words beside the gateway, which stands under its prefix', async () => {
    expect(await (await fetch(`${url}/orders/7`)).json()).toEqual({ id: '7', state: 'shipped' })
    expect(await (await post('/orders', '{"a":1}')).json()).toEqual({ received: { a: 1 } })
    expect(await (await post('/orders', '{"a":')).text()).toContain('<html')
    expect((await fetch(`${url}/v1/models`)).headers.get('content-type')).toContain('text/html')
    const client = new OpenAI({ baseURL: `${url}/llm/v1`, apiKey })
    const { choices } = await client.chat.completions.create({
      model: 'fast',
      messages: [{ role: 'user', content: 'Say exactly: under a prefix' }],
    })
    expect(choices[0]?.message.content).toBe('under a prefix')
    const response = await client.responses.create({ model: 'fast', input: 'Say exactly: under it, too' })
    expect(response.output_text).toBe('under it, too')
  })

  it('reads no body for a caller without a key, and refuses in the gateway’s words', async () => {
    const answer = await post('/llm/v1/chat/completions', '{"not":')
    expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([
      401,
      'unauthenticated',
    ])
    const known = await post('/llm/v1/chat/completions', '{"not":', { authorization: `Bearer ${apiKey}` })
    expect(await known.json()).toMatchObject({ error: { code: 'invalid_request' } })
  })

  it('limits its caller', async () => {
    const { headers } = await fetch(`${url}/llm/v1/models`, { headers: { authorization: `Bearer ${apiKey}` } })
    expect(headers.get('x-ratelimit-limit-requests')).toBe('60')
    expect(headers.get('x-ratelimit-limit-tokens')).toBe('200000')
  })

  it('tells a load balancer that it is well, and that it drains, without a key', async () => {
    const health = async (): Promise<unknown[]> => {
      const answer = await fetch(`${url}/health`)
      return [answer.status, await answer.json()]
    }
    expect(await health()).toEqual([200, { status: 'ok' }])
    isDraining = true
    expect(await health()).toEqual([503, { status: 'draining' }])
    isDraining = false
  })
})
