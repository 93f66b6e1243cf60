import { bedrock } from '@modelgate/bedrock'
import { createGateway, type Gateway, type GatewayOptions } from '@modelgate/core'
import { mcpContext, readContextBlock } from '@modelgate/mcp-context'
import { openai } from '@modelgate/openai'
import { describe, expect, it } from 'vitest'
import { serveGateway } from '../packages/core/test/support/fronts.ts'
import { fileSimulator } from '../packages/simulator/test/file-simulator.ts'

const secret = 'a secret of the tests'
const kettle = {
  productId: 'p-1',
  name: 'Hollin Kettle',
  price: 49.5,
  availability: 'in-stock',
  description: '3 minutes',
}

/** Six turns as a client may write them, with spaces and escapes of its own; facts are looked up for three of them. */
const said = [
  '{ "role":"user", "content":"Which k\\u00e9ttle is quick?" }',
  '{"content":"The Hollin \\/ K.", "role" : "assistant"}',
  '{"role":"user","content":"Thank you, \\ud83d\\ude42"}',
  '{"role":"assistant","content":"You are welcome."}',
  '{"role":"user","content":[ {"type":"text", "text":"And which kettle is \\u003ccheap\\u003e?"} ]}',
  '{"role":"assistant","content":"The same."}',
  '{"role":"user",  "content":"Is the kettle\\tin stock?"}',
  '{"role":"assistant","content":"Yes."}',
  '{"role":"user","content":"Good."}',
  '{"role":"assistant","content":"Anything else?"}',
  '{"role":"user","content":"No, good bye."}',
]
const system = '{"role":"system","content":"You are a cl\\u0065rk."}'
const turns = [1, 2, 3, 4, 5, 6]
const withFacts = new Set([1, 3, 4])

const simulator = await fileSimulator()

function gatewayWith(options: Partial<GatewayOptions> = {}): Gateway {
  return createGateway({
    providers: [
      bedrock({ endpoint: simulator.url, region: 'us-east-1', credentials: simulator.credential }),
      openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey }),
    ],
    auth: 'none',
    exposeModels: 'all',
    ...options,
  })
}

function context(source: Parameters<typeof mcpContext>[0]['source']): ReturnType<typeof mcpContext> {
  return mcpContext({ source, secret, when: query => /kettle|kéttle/i.test(query) })
}

/** The body of a turn, its last message included. */
function bodyOf(turn: number, more: string): string {
  const messages = [system, ...said.slice(0, 2 * turn - 1)]
  return `{"messages": [ ${messages.join(' ,\n')} ] , ${more}}`
}

async function ask(url: string, body: string): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body })
  expect(answer.status, await answer.clone().text()).toBe(200)
  return answer
}

/** What reached the upstream last. */
function lastBody(): string {
  return simulator.requests().at(-1)?.body ?? ''
}

describe('over a conversation in which facts are added at some turns', () => {
  it.each([
    ['whole', ''],
    ['streamed', ',"stream":true'],
  ])('OpenAI gets every byte before the last turn as the client sent it (%s)', async (_, more) => {
    const gateway = gatewayWith({ context: context(() => ({ items: [kettle] })) })
    const { url } = await serveGateway(gateway)
    for (const turn of turns) {
      const sent = bodyOf(turn, `"model":"openai/gpt-4o-mini"${more}`)
      const answer = await ask(url, sent)
      await answer.text()
      const last = said[2 * turn - 2] ?? ''
      const before = sent.slice(0, sent.lastIndexOf(last))
      const got = lastBody()
      expect(got.startsWith(before)).toBe(true)
      const isAdded = withFacts.has(turn)
      expect(answer.headers.get('x-modelgate-context')).toMatch(isAdded ? /^hit;items=1;tokens=\d+$/ : /^skipped$/)
      if (!isAdded) {
        expect(got.slice(before.length).startsWith(last)).toBe(true)
        continue
      }
      const { messages } = JSON.parse(got) as { messages: { content: { text: string }[] }[] }
      const [own, block] = messages.at(-1)?.content ?? []
      const asked = JSON.parse(last) as { content: string | { text: string }[] }
      expect(own?.text).toBe(typeof asked.content === 'string' ? asked.content : asked.content[0]?.text)
      expect(readContextBlock(block?.text ?? '', secret)).toEqual([kettle])
      // The caller's own words, byte by byte.
      expect(got.slice(before.length)).toContain(/"(?:content|text)"\s*:\s*("[^"]*")/.exec(last)?.[1])
    }
    await gateway.close()
  })

  it('Bedrock gets every part before the last as without', async () => {
    const model = '"model":"bedrock/us.anthropic.claude-3-5-haiku-20241022-v1:0"'
    const gateway = gatewayWith({ context: context(() => ({ items: [kettle] })) })
    const plain = gatewayWith()
    const { url } = await serveGateway(gateway)
    const { url: plainUrl } = await serveGateway(plain)
    for (const turn of turns) {
      await ask(plainUrl, bodyOf(turn, model))
      const without = lastBody()
      await ask(url, bodyOf(turn, model))
      const got = lastBody()
      if (!withFacts.has(turn)) {
        expect(got).toBe(without)
        continue
      }
      const { messages, ...rest } = JSON.parse(got) as Converse
      const expected = JSON.parse(without) as Converse
      const last = messages.at(-1)
      expect({
        ...rest,
        messages: [...messages.slice(0, -1), { ...last, content: last?.content.slice(0, -1) }],
      }).toEqual(expected)
      expect(readContextBlock(last?.content.at(-1)?.text ?? '', secret)).toEqual([kettle])
      const own = expected.messages.at(-1)?.content.at(-1)?.text ?? ''
      const before = without.slice(0, without.lastIndexOf(JSON.stringify(own)))
      expect(got.startsWith(before)).toBe(true)
    }
    await Promise.all([gateway.close(), plain.close()])
  })
})

interface Converse {
  readonly messages: readonly { readonly role: string; readonly content: readonly { readonly text: string }[] }[]
}

describe('a source that fails', () => {
  it('is flagged on the answer, whole or streamed, and left alone after five times', async () => {
    let asked = 0
    const gateway = gatewayWith({
      onError: () => {},
      context: context(() => {
        asked += 1
        throw new Error('down')
      }),
    })
    const { url } = await serveGateway(gateway)
    const flags: (string | null)[] = []
    for (const turn of [1, 2, 3, 4, 5, 6]) {
      const messages = `[{"role":"user","content":"kettle ${turn}"}]`
      const answer = await ask(url, `{"model":"openai/gpt-4o-mini","stream":${turn % 2 === 0},"messages":${messages}}`)
      flags.push(answer.headers.get('x-modelgate-context'))
      await answer.text()
      expect(lastBody()).toContain(messages)
    }
    expect(flags).toEqual([...Array.from({ length: 5 }, () => 'failed;reason=error'), 'failed;reason=circuit_open'])
    expect(asked).toBe(5)
    await gateway.close()
  })

  it('is a 503 that may be tried again where it is required', async () => {
    const down = mcpContext({ source: () => ({}) as never, secret, when: () => true, required: true })
    const gateway = gatewayWith({ onError: () => {}, context: down })
    const { url } = await serveGateway(gateway)
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"model":"openai/gpt-4o-mini","messages":[{"role":"user","content":"kettle"}]}',
    })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('x-should-retry')).toBe('true')
    expect(answer.headers.get('x-modelgate-context')).toBe('failed;reason=bad_answer')
    expect(await answer.json()).toMatchObject({ error: { code: 'context_unavailable' } })
    expect(simulator.requests()).toEqual([])
    await gateway.close()
  })
})
