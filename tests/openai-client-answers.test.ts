import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bedrock } from '@modelgate/bedrock'
import { createGateway } from '@modelgate/core'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventFrame, exceptionFrame, joined } from '../packages/bedrock/test/frames.ts'

/** What Bedrock answers next: the simulator's models say nothing of this kind. */
let body: Uint8Array | string = ''
const server = createServer((request, response) => {
  request.resume()
  const type = request.url?.endsWith('-stream') ? 'application/vnd.amazon.eventstream' : 'application/json'
  response.writeHead(200, { 'content-type': type, 'x-amzn-requestid': 'r-1' }).end(body)
})
let client: OpenAI
let close: () => Promise<void>
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  // One upstream fails in all these ways, one after the other; none is to be spared the next.
  const gateway = createGateway({
    providers: [bedrock({ endpoint, bearerToken: 't' })],
    auth: 'none',
    coolDown: { enabled: false },
    circuitBreaker: { enabled: false },
    retry: { enabled: false },
  })
  client = new OpenAI({ apiKey: 'any', baseURL: 'http://gateway.local/v1', fetch: gateway.fetch, maxRetries: 0 })
  close = () => gateway.close()
})
afterAll(async () => {
  await close()
  server.closeAllConnections()
  server.close()
})

const asked = {
  model: 'us.anthropic.claude-3-5-haiku-20241022-v1:0',
  messages: [{ role: 'user', content: 'Hello' }],
} satisfies OpenAI.ChatCompletionCreateParams

const delta = (contentBlockIndex: number, of: object) =>
  eventFrame('contentBlockDelta', { contentBlockIndex, delta: of })
const tool = (contentBlockIndex: number, name: string) =>
  eventFrame('contentBlockStart', {
    contentBlockIndex,
    start: { toolUse: { toolUseId: `t${contentBlockIndex}`, name } },
  })
const end = (contentBlockIndex: number) => eventFrame('contentBlockStop', { contentBlockIndex })
const source = { title: 'T', location: { web: { url: 'https://a.example/', domain: 'a.example' } } }

describe("the official client's own reading of a stream", () => {
  it('puts text, interleaved calls without arguments and a trace behind the finish together', async () => {
    body = joined([
      eventFrame('messageStart', { role: 'assistant' }),
      delta(0, { reasoningContent: { text: 'Hm.' } }),
      end(0),
      delta(1, { text: 'Let me ' }),
      tool(2, 'f'),
      tool(3, 'g'),
      delta(2, { toolUse: { input: '{"a":' } }),
      delta(1, { text: 'look.' }),
      end(1),
      delta(2, { toolUse: { input: '1}' } }),
      end(3),
      end(2),
      eventFrame('messageStop', { stopReason: 'tool_use' }),
      eventFrame('metadata', { trace: { guardrail: { actionReason: 'No action.' } } }),
    ])
    const completion = await client.chat.completions.stream(asked).finalChatCompletion()
    expect(completion.choices).toHaveLength(1)
    expect(completion.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: 'Let me look.',
        tool_calls: [
          { id: 't2', function: { name: 'f', arguments: '{"a":1}' } },
          { id: 't3', function: { name: 'g', arguments: '{}' } },
        ],
      },
    })
  })

  it.each([
    ['an exception', exceptionFrame('throttlingException', 'Too many tokens.'), 'upstream_rate_limited'],
    [
      'a model that wrote nothing readable',
      eventFrame('messageStop', { stopReason: 'malformed_tool_use' }),
      'upstream_bad_response',
    ],
  ])('throws at %s behind reasoning, and takes nothing for an answer', async (_name, last, code) => {
    const thought = delta(0, { reasoningContent: { text: 'Hm.' } })
    body = joined([eventFrame('messageStart', { role: 'assistant' }), thought, last])
    await expect(client.chat.completions.stream(asked).finalChatCompletion()).rejects.toMatchObject({ code })
  })
})

describe('a whole answer', () => {
  it('has its citations where the client looks for them, and its trace', async () => {
    const content = [{ text: 'See: ' }, { citationsContent: { content: [{ text: 'it rains' }], citations: [source] } }]
    const trace = { promptRouter: { invokedModelId: 'amazon.nova-lite-v1:0' } }
    body = JSON.stringify({ output: { message: { content } }, stopReason: 'end_turn', trace })
    const completion = await client.chat.completions.create(asked)
    const message = completion.choices[0]?.message
    const cited = message?.annotations?.[0]?.url_citation
    expect(message?.content?.slice(cited?.start_index, cited?.end_index)).toBe('it rains')
    expect(cited).toMatchObject({ title: 'T', url: 'https://a.example/' })
    expect(completion).toMatchObject({ trace })
  })
})
