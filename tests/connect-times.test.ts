import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { bedrock } from '@modelgate/bedrock'
import { createGateway, type Provider } from '@modelgate/core'
import { openai } from '@modelgate/openai'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import { afterAll, beforeAll, expect, it } from 'vitest'

/** Opens connections, and never shakes hands. */
const silent = net.createServer()
let simulator: Simulator
let nowhere: string

beforeAll(async () => {
  simulator = await startSimulator()
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  nowhere = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`
})
afterAll(async () => {
  silent.close()
  await simulator.close()
})

const providers: readonly [string, string, () => Provider<'first'>][] = [
  ['OpenAI', 'gpt-4o', () => openai({ id: 'first', baseURL: nowhere, apiKey: 'sk-0' })],
  [
    'Converse',
    'us.amazon.nova-lite-v1:0',
    () => bedrock({ id: 'first', region: 'us-east-1', endpoint: nowhere, credentials: simulator.credential }),
  ],
  [
    'InvokeModel',
    'amazon.titan-embed-text-v2:0',
    () => bedrock({ id: 'first', region: 'us-east-1', endpoint: nowhere, credentials: simulator.credential }),
  ],
]

it.each(providers)('a route’s own time to connect is kept over %s', async (_, model, make) => {
  await using gateway = createGateway({
    providers: [make()],
    routes: { fast: { targets: [`first/${model}`], timeouts: { connectMs: 20 } } },
    timeouts: { connectMs: 4_000 },
    retry: { enabled: false },
  })
  const call = model.includes('embed')
    ? gateway.embed({ model: 'fast', input: 'hi' })
    : gateway.chat({ model: 'fast', messages: [{ role: 'user', content: 'hi' }] })
  await expect(call).rejects.toMatchObject({
    code: 'timeout_connect',
    message: expect.stringContaining('within 20 ms'),
    attempts: [{ code: 'timeout_connect' }],
  })
})
