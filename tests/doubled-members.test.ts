import { apiKeys, createGateway, memoryKeyStore } from '@modelgate/core'
import { openai } from '@modelgate/openai'
import { expect, it } from 'vitest'
import { fileSimulator } from '../packages/simulator/test/file-simulator.ts'

const simulator = await fileSimulator()

const twice =
  '{"model":"fast","max_tokens":100000,"n":1,"messages":[{"role":"user","content":"Say exactly: hi"}],"max_tokens":10}'

/** What the upstream was sent for it. */
async function sentFor(key: object): Promise<string> {
  simulator.reset()
  const gateway = createGateway({
    providers: [openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey })],
    routes: { fast: ['openai/gpt-4o-mini'] },
    auth: apiKeys(memoryKeyStore([{ key: 'sk-ours', ...key }])),
  })
  const headers = { authorization: 'Bearer sk-ours', 'content-type': 'application/json' }
  const request = new Request('http://gateway/v1/chat/completions', { method: 'POST', headers, body: twice })
  expect((await gateway.fetch(request)).status).toBe(200)
  await gateway.close()
  return simulator.requests()[0]?.body ?? ''
}

it.each([
  ['a budget', { budget: { usdPerMonth: 1 } }],
  ['a limit of tokens', { rateLimit: { tokensPerMinute: 1_000 } }],
  ['a cap of its key', { maxTokens: 100 }],
])('under %s nobody has more than was reserved by saying a member twice: it is sent once', async (_what, key) => {
  const sent = await sentFor(key)
  expect(sent.match(/"max_tokens"/g)).toHaveLength(1)
  expect(JSON.parse(sent)).toMatchObject({ model: 'gpt-4o-mini', max_tokens: 10 })
})

it('where nothing is reserved by it, it is sent as it came', async () => {
  expect((await sentFor({})).match(/"max_tokens"/g)).toHaveLength(2)
})
