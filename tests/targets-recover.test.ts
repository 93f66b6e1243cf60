import { createGateway, type Gateway, type GatewayOptions } from '@modelgate/core'
import { manualClock } from '@modelgate/core/testing'
import { openai } from '@modelgate/openai'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import { afterEach, beforeEach, expect, it } from 'vitest'

const [first, second] = ['gpt-4o-mini', 'gpt-4o']
const messages = [{ role: 'user' as const, content: 'hi' }]

let simulator: Simulator
let gateway: Gateway

beforeEach(async () => {
  simulator = await startSimulator()
})
afterEach(async () => {
  await gateway.close({ graceMs: 0 })
  await simulator.close()
})

function open(models: readonly (string | undefined)[], options: Partial<GatewayOptions>): void {
  gateway = createGateway({
    providers: [openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey })],
    routes: { fast: models.map(model => `openai/${model}` as const) },
    auth: 'none',
    onError: () => undefined,
    ...options,
  })
}

const ask = (): Promise<Response> =>
  gateway.fetch('http://gateway.test/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'fast', messages }),
  })

it('a target that is tried by a long stream answers others meanwhile', async () => {
  const { now, advance } = manualClock()
  open([first], { circuitBreaker: { now }, retry: { enabled: false } })
  simulator.setFaults([{ match: { times: 5 }, fault: { kind: 'status', status: 500 } }])
  for (let call = 0; call < 5; call += 1) expect((await ask()).status).toBe(502)
  expect((await ask()).status).toBe(503)
  advance(40_000)
  simulator.setFaults([{ match: { times: 1 }, fault: { kind: 'stall', afterFrames: 1 } }])
  const long = gateway.stream({ model: 'fast', messages })
  const reader = long[Symbol.asyncIterator]()
  await reader.next()
  expect((await ask()).status).toBe(200)
  expect(gateway.targets()).toMatchObject([{ state: 'closed' }])
  long.abort()
  await long.report
})

it('a throttled target is what a call ends with, and not the wrong key of the one behind it', async () => {
  open([first, second], {})
  simulator.setFaults([
    { match: { model: first! }, fault: { kind: 'status', status: 429, headers: { 'retry-after': '5' } } },
    { match: { model: second! }, fault: { kind: 'status', status: 401 } },
  ])
  for (const answer of [await ask(), await ask()]) {
    expect(answer.headers.get('x-modelgate-model')).toBe(first)
    expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('x-should-retry')]).toEqual([
      429,
      '5',
      'true',
    ])
  }
})
