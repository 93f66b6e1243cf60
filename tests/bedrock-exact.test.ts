import { type Simulator, startSimulator } from '@modelgate/simulator'
import type OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { namedModels } from '../packages/bedrock/test/named-models.ts'
import { clientOf, type Front, fronts } from './setup/fronts.ts'

const native = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

type Request = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'stream'>
type Message = OpenAI.ChatCompletionMessageParam
const user = (content: OpenAI.ChatCompletionUserMessageParam['content']): Message => ({ role: 'user', content })
const weather = {
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
} satisfies OpenAI.FunctionDefinition
const tools: OpenAI.ChatCompletionFunctionTool[] = [{ type: 'function', function: weather }]

let simulator: Simulator
let front: Front
let client: OpenAI
beforeAll(async () => {
  simulator = await startSimulator()
  front = await fronts['Express at /']!(simulator)
  client = clientOf(front)
})
beforeEach(() => simulator.reset())
afterAll(async () => {
  await front[Symbol.asyncDispose]()
  await simulator.close()
})

/** The message of one answer, whole or put together by the client. */
async function answer(request: Request, stream = false) {
  const completion = stream
    ? await client.chat.completions.stream(request).finalChatCompletion()
    : await client.chat.completions.create(request)
  return completion.choices[0]!
}

const sent = (): unknown => simulator.requests().at(-1)?.json

describe('Bedrock through the official client', () => {
  it('answers with every model that users of earlier gateways name, whole and streamed', async () => {
    const messages: Message[] = [
      { role: 'system', content: 'Be terse.' },
      user('Hi'),
      { role: 'assistant', content: 'Hello.' },
      user('Say exactly: violet door'),
    ]
    for (const model of namedModels) {
      for (const stream of [false, true]) {
        const { message, finish_reason } = await answer({ model, messages, temperature: 0 }, stream)
        expect([model, message.content, finish_reason]).toEqual([model, expect.stringContaining('violet door'), 'stop'])
      }
    }
  })

  it('calls a model that has no other way by its profile', async () => {
    const { message } = await answer({
      model: 'meta.llama3-2-1b-instruct-v1:0',
      messages: [user('Say exactly: by a profile')],
    })
    expect(message.content).toContain('by a profile')
  })

  it.each([false, true])('runs tools until the answer is there (streamed: %s)', async stream => {
    const calls: unknown[] = []
    const asked = {
      model: native,
      reasoning_effort: 'low' as const,
      messages: [user('get_weather in Paris')],
      tools: [
        {
          type: 'function' as const,
          function: {
            ...weather,
            parse: (text: string) => JSON.parse(text) as { city: string },
            function(of: { city: string }) {
              calls.push(of)
              return { sky: 'violet' }
            },
          },
        },
      ],
    }
    const { chat } = client
    const runner = stream ? chat.completions.runTools({ ...asked, stream }) : chat.completions.runTools(asked)
    expect(await runner.finalContent()).toContain('violet')
    expect(calls).toEqual([{ city: 'Paris' }])
  })

  it.each([false, true])('takes its signed thinking back, turn after turn (streamed: %s)', async stream => {
    const messages: Message[] = [user('get_weather in Paris')]
    const asked = { model: native, messages, tools, reasoning_effort: 'low' } as const
    const { message } = await answer(asked, stream)
    messages.push(message, { role: 'tool', tool_call_id: message.tool_calls![0]!.id, content: 'violet' })
    const result = await answer(asked)
    expect(result.message.content).toContain('violet')
    messages.push(result.message, user('Say exactly: goodbye'))
    expect((await answer(asked, stream)).message.content).toBe('goodbye')
    // The client's own reading of a stream loses what was signed; then the thinking of that turn is left out.
    const replayed = JSON.stringify(simulator.requests()[1]?.json).includes('"signature"')
    expect(replayed).toBe(!stream)
  })

  it.each([false, true])('gives a custom tool its text, and takes its result (streamed: %s)', async stream => {
    const custom: OpenAI.ChatCompletionCustomTool = {
      type: 'custom',
      custom: { name: 'run_python', description: 'Runs Python code' },
    }
    const messages: Message[] = [user('run_python please')]
    const { message, finish_reason } = await answer({ model: native, messages, tools: [custom] }, stream)
    expect(finish_reason).toBe('tool_calls')
    const [call] = message.tool_calls!
    expect(call).toMatchObject({ type: 'custom', custom: { name: 'run_python', input: 'run_python please' } })
    messages.push(message, { role: 'tool', tool_call_id: call!.id, content: '42 apples' })
    expect((await answer({ model: native, messages, tools: [custom] })).message.content).toContain('42 apples')
  })

  it.each([false, true])('speaks the deprecated form of functions (streamed: %s)', async stream => {
    const messages: Message[] = [user('get_weather in Paris')]
    const { message, finish_reason } = await answer({ model: native, messages, functions: [weather] }, stream)
    expect(finish_reason).toBe('function_call')
    expect(message.function_call).toEqual({ name: 'get_weather', arguments: '{"city":"Paris"}' })
    messages.push(message, { role: 'function', name: 'get_weather', content: 'violet' })
    expect((await answer({ model: native, messages, functions: [weather] })).message.content).toContain('violet')
  })

  it('gives three answers, whole and streamed, and counts all of them', async () => {
    const asked = { model: native, n: 3, messages: [user('Say exactly: one of three')] }
    const whole = await client.chat.completions.create(asked)
    const streamed = await client.chat.completions
      .stream({ ...asked, stream: true, stream_options: { include_usage: true } })
      .finalChatCompletion()
    for (const { choices, usage } of [whole, streamed]) {
      expect(choices.map(({ index }) => index)).toEqual([0, 1, 2])
      expect(choices.map(({ message }) => message.content)).toEqual(Array(3).fill('one of three'))
      expect(usage).toEqual(whole.usage)
    }
    expect(simulator.requests()).toHaveLength(6)
  })

  it.each([false, true])('takes JSON out of its fence (streamed: %s)', async stream => {
    const messages = [user('Say exactly: ```json\n{"a":1}\n```')]
    const { message } = await answer({ model: native, messages, response_format: { type: 'json_object' } }, stream)
    expect(message.content).toBe('{"a":1}')
  })

  it('sends pictures by what their bytes are, and documents under names that Bedrock takes', async () => {
    const content: OpenAI.ChatCompletionContentPart[] = [
      { type: 'text', text: 'Describe' },
      { type: 'image_url', image_url: { url: `data:image/jpg;base64,${pixel}` } },
      {
        type: 'file',
        file: { filename: 'Q3 (draft_2).pdf', file_data: 'data:application/pdf;base64,JVBERi0xLjQK' },
      },
    ]
    await answer({ model: native, messages: [user(content)] })
    expect(sent()).toMatchObject({
      messages: [
        {
          content: [
            { text: 'Describe' },
            { image: { format: 'png' } },
            { document: { format: 'pdf', name: expect.stringMatching(/^Q3 \(draft.2\)/) } },
          ],
        },
      ],
    })
  })

  it('caches up to a mark, and counts what was written and read', async () => {
    const text = { type: 'text', text: 'long '.repeat(3_000), cache_control: { type: 'ephemeral' } } as const
    const messages: Message[] = [{ role: 'system', content: [text] }, user('Hello')]
    const asked = { model: native, messages }
    const { usage: first } = await client.chat.completions.create(asked)
    const { usage: second } = await client.chat.completions.create(asked)
    expect(first?.prompt_tokens_details?.cached_tokens).toBe(0)
    expect(second?.prompt_tokens_details?.cached_tokens).toBeGreaterThan(2_000)
    expect(second?.prompt_tokens).toBe(first?.prompt_tokens)
  })

  it('names what the model could not be told', async () => {
    const asked = { model: native, messages: [user('Hi')], temperature: 1.5, seed: 1, temprature: 1 }
    const { response } = await client.chat.completions.create(asked).withResponse()
    expect(response.headers.get('x-modelgate-dropped-params')?.split(', ').sort()).toEqual([
      'seed',
      'temperature>1',
      'temprature',
    ])
  })
})
