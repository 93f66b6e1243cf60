import { createGateway, type Gateway } from '@modelgate/core'
import { openaiCompatible } from '@modelgate/openai'
import { type Fault, type Simulator, startSimulator } from '@modelgate/simulator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let simulator: Simulator
let gateway: Gateway

beforeEach(async () => {
  simulator = await startSimulator()
  const local = openaiCompatible({ id: 'local', baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey })
  gateway = createGateway({
    providers: [local],
    routes: { smart: ['local/gpt-4o-mini', 'local/gpt-4o'] },
    auth: 'none',
    retry: { enabled: false },
    onError: () => undefined,
  })
})
afterEach(async () => {
  await gateway.close({ graceMs: 0 })
  await simulator.close()
})

async function chat(): Promise<string> {
  const answer = await gateway.fetch('http://gateway.test/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'smart', messages: [{ role: 'user', content: 'hi' }] }),
  })
  await answer.text()
  return answer.headers.get('x-modelgate-attempts') ?? ''
}

const cannotEmbed: readonly [string, Fault][] = [
  ['knows no such path', { kind: 'status', status: 404 }],
  ['fails at it', { kind: 'status', status: 501 }],
]

describe('one caller takes no target from the others', () => {
  it.each(cannotEmbed)('by asking a chat model for embeddings whose server %s', async (_, fault) => {
    simulator.setFaults([{ match: { operation: 'embeddings' }, fault }])
    for (let call = 0; call < 6; call += 1) {
      const error: unknown = await gateway.embed({ model: 'smart', input: 'hi' }).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(Error)
    }
    expect(await chat()).toMatch(/^local\/gpt-4o-mini;200;/)
    expect(gateway.targets().filter(({ operation }) => operation === 'chat')).toMatchObject([
      { target: 'local/gpt-4o-mini', state: 'closed', failures: 0 },
    ])
  })
})
