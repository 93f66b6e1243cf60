import { type ChatCompletionRequest, createGateway, type Gateway } from '@modelgate/core'
import { type Fault, type Simulator, startSimulator } from '@modelgate/simulator'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openai } from '../../src/index.ts'

const model = 'openai/gpt-6.1-sol'
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const weather = { type: 'function' as const, function: { name: 'weather', description: 'The weather.', parameters } }
const run = { type: 'custom' as const, custom: { name: 'run', description: 'Runs a command.' } }
const ask = { role: 'user' as const, content: 'What is the weather in Rome?' }
const required = 'required' as const

let simulator: Simulator
let gateway: Gateway
let client: OpenAI

beforeAll(async () => {
  simulator = await startSimulator()
})
beforeEach(() => {
  simulator.reset()
  gateway = createGateway({
    providers: [openai({ baseURL: simulator.openaiBaseUrl, apiKey: simulator.openaiKey })],
    auth: () => ({ tenant: 'tests' }),
    retry: { enabled: false },
    circuitBreaker: { enabled: false },
  })
  client = new OpenAI({ baseURL: 'http://gateway.test/v1', apiKey: 'k', fetch: gateway.fetch, maxRetries: 0 })
})
afterEach(() => gateway.close({ graceMs: 0 }))
afterAll(() => simulator.close())

const paths = (): readonly string[] => simulator.requests().map(({ path }) => path)

describe('tools of a model that takes them as responses alone', () => {
  test.each([weather, run])('are called, and answered, whole: $type', async tool => {
    const first = await client.chat.completions.create({ model, messages: [ask], tools: [tool], tool_choice: required })
    const message = first.choices[0]!.message
    const [call] = message.tool_calls ?? []
    expect([first.choices[0]!.finish_reason, call?.type]).toEqual(['tool_calls', tool.type])
    const result = { role: 'tool' as const, tool_call_id: call!.id, content: 'Sun.' }
    const second = await client.chat.completions.create({ model, messages: [ask, message, result], tools: [tool] })
    expect(second.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: expect.stringMatching(/\w/) },
    })
    expect(second.usage?.total_tokens).toBeGreaterThan(0)
    expect(paths()).toEqual(['/v1/chat/completions', '/v1/responses', '/v1/responses'])
  })

  test('are called in a stream that adds up to the whole', async () => {
    const request = { model, messages: [ask], tools: [weather], tool_choice: required }
    const streamed = await client.chat.completions.stream(request).finalChatCompletion()
    const [call] = streamed.choices[0]!.message.tool_calls ?? []
    expect(streamed.choices[0]).toMatchObject({ finish_reason: 'tool_calls' })
    expect(JSON.parse(call?.type === 'function' ? call.function.arguments : '')).toEqual({ city: expect.any(String) })
  })

  test('are called by who asks for a response, too', async () => {
    const { name, description } = weather.function
    const tools = [{ type: 'function' as const, name, description, parameters, strict: false }]
    const response = await client.responses.create({
      model,
      input: ask.content,
      tools,
      tool_choice: required,
      store: false,
    })
    expect(response.output.at(-1)).toMatchObject({ type: 'function_call', name })
    const stream = await client.responses.create({ model, input: ask.content, tools, stream: true, store: false })
    const types: string[] = []
    for await (const { type } of stream) types.push(type)
    expect(types.at(-1)).toBe('response.completed')
  })

  test('go with a schema of the answer, an effort, images and instructions', async () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    }
    const url = 'data:image/png;base64,iVBORw0KGgo='
    const { choices } = await client.chat.completions.create({
      model,
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look.' },
            { type: 'image_url', image_url: { url } },
          ],
        },
      ],
      tools: [weather],
      tool_choice: 'none',
      reasoning_effort: 'low',
      max_completion_tokens: 2_000,
      response_format: { type: 'json_schema', json_schema: { name: 'a', schema, strict: true } },
    })
    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({ a: expect.any(String) })
  })

  test('are refused beside what only chats say, in OpenAI’s words', async () => {
    const request = { model, messages: [ask], tools: [weather], n: 2 }
    await expect(client.chat.completions.create(request)).rejects.toMatchObject({
      status: 400,
      param: 'reasoning_effort',
    })
  })
})

const faults: readonly (readonly [Fault, string])[] = [
  [{ kind: 'cut', atByte: 900 }, 'stream_interrupted'],
  [{ kind: 'reset', afterFrames: 3 }, 'stream_interrupted'],
  [{ kind: 'end-without-terminal' }, 'stream_interrupted'],
  [{ kind: 'exception', exceptionType: 'server_error', afterFrames: 3 }, 'upstream_unavailable'],
  [{ kind: 'long-line', bytes: 20_000_000 }, 'upstream_bad_response'],
]

describe('a streamed response', () => {
  const request: ChatCompletionRequest = { model, messages: [ask], tools: [weather], tool_choice: 'none' }

  /** The text that came, and the code of the error that ended it. */
  async function read(fault?: Fault): Promise<readonly [text: string, code: string | undefined]> {
    await gateway.chat({ ...request })
    simulator.setFaults(fault ? [{ match: { operation: 'responses' }, fault }] : [])
    let text = ''
    try {
      for await (const chunk of gateway.stream(request)) text += chunk.choices[0]?.delta.content ?? ''
      return [text, undefined]
    } catch (error) {
      return [text, (error as { code: string }).code]
    }
  }

  test.each(faults)('with %j never ends as a whole one', async (fault, code) => {
    expect((await read(fault))[1]).toBe(code)
  })

  test.each(['byte-by-byte', 'crlf', 'unknown-event'] as const)('is read alike %s', async kind => {
    const plain = await read()
    expect(plain).toEqual([expect.stringMatching(/\w/), undefined])
    expect(await read({ kind })).toEqual(plain)
  })
})
