import {
  BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime'
import type { ChatCompletionChunk, ChatCompletionRequest } from '@modelgate/core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toChatCompletion } from '../src/answer/converse-response.ts'
import { createStreamTranslator } from '../src/answer/stream.ts'
import { createToolNames } from '../src/tools/tool-names.ts'
import type { ConverseAnswer, ConverseEventPayload } from '../src/wire/converse-answer-wire.ts'
import { aChat, aRig, chunksOf, completionOf, haiku, type Rig } from './a-call.ts'

let rig: Rig
let client: BedrockRuntimeClient
beforeAll(async () => {
  rig = await aRig()
  const [credentials] = rig.simulator.credentials
  if (!credentials) throw new Error('the simulator knows no credentials')
  const { accessKeyId, secretAccessKey } = credentials
  client = new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: rig.simulator.url,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  })
})
beforeEach(() => rig.simulator.reset())
afterAll(async () => {
  client.destroy()
  await rig[Symbol.asyncDispose]()
})

const tools: NonNullable<ChatCompletionRequest['tools']> = [
  {
    type: 'function',
    function: {
      name: 'weather',
      description: 'Looks up the weather in a city.',
      parameters: { type: 'object', properties: { city: { type: 'string' } } },
    },
  },
  { type: 'function', function: { name: 'now', description: 'Tells the time.' } },
]
const sonnet4 = 'us.anthropic.claude-sonnet-4-20250514-v1:0'

const requests: Readonly<Record<string, Partial<ChatCompletionRequest>>> = {
  'a text': {},
  'instructions and parameters': {
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Grüße an die 世界 🎉' },
    ],
    temperature: 0,
    max_tokens: 20,
    stop: ['END'],
  },
  'a tool call': { messages: [{ role: 'user', content: 'What is the weather in Paris?' }], tools },
  'a tool call without arguments': { messages: [{ role: 'user', content: 'Tell the time.' }], tools },
  'parallel tool calls': { messages: [{ role: 'user', content: 'Compare the weather in Paris and in Rome.' }], tools },
  'a tool result': {
    messages: [
      { role: 'user', content: 'What is the weather in Paris?' },
      {
        role: 'assistant',
        tool_calls: [{ id: 'x', type: 'function', function: { name: 'weather', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'x', content: 'sunny' },
    ],
    tools,
    tool_choice: 'auto',
  },
  reasoning: { model: sonnet4, reasoning_effort: 'low', messages: [{ role: 'user', content: 'Think.' }] },
  'a length stop': { max_tokens: 3 },
}

/** What differs from one answer to the next: ids, and how the text was cut. */
function gist(chunks: readonly ChatCompletionChunk[]) {
  const choices = chunks.flatMap(chunk => chunk.choices)
  const calls = choices.flatMap(choice => choice.delta.tool_calls ?? [])
  const indexes = [...new Set(calls.map(call => call.index))]
  return {
    text: choices.map(choice => choice.delta.content ?? '').join(''),
    reasoning: choices.map(choice => choice.delta.reasoning_content ?? '').join(''),
    calls: indexes.map(index => {
      const own = calls.filter(call => call.index === index).map(call => call.function)
      return { name: own.map(part => part?.name ?? '').join(''), json: own.map(part => part?.arguments ?? '').join('') }
    }),
    finish: choices.flatMap(choice => choice.finish_reason ?? []),
    // The simulator bills the request's text, and the SDK writes members in another order.
    output: chunks.at(-1)?.usage?.completion_tokens,
  }
}

/** The body we sent, as the SDK's input; these requests hold no bytes. */
function inputOf(model: string): ConverseCommandInput {
  return { modelId: model, ...(rig.simulator.requests()[0]?.json as Omit<ConverseCommandInput, 'modelId'>) }
}

function expectSameRequest(): void {
  const [ours, theirs] = rig.simulator.requests()
  expect([ours?.method, ours?.path, ours?.json]).toEqual([theirs?.method, theirs?.path, theirs?.json])
  expect(ours?.headers['content-type']).toBe(theirs?.headers['content-type'])
}

const headFor = (model: string) => ({ id: 'x', created: 0, model, toolNames: createToolNames([]) })

describe('what the AWS SDK and we say and hear is the same', () => {
  it.each(Object.entries(requests))('for %s, streamed', async (_name, request) => {
    const model = request.model ?? haiku
    const ours = await chunksOf(
      await rig.chat(aChat({ ...request, stream: true, stream_options: { include_usage: true } })),
    )
    const { stream } = await client.send(new ConverseStreamCommand(inputOf(model)))
    const translator = createStreamTranslator({ head: headFor(model), includeUsage: true })
    const theirs: ChatCompletionChunk[] = []
    for await (const event of stream ?? []) theirs.push(...translator.translate(toEvent(event)))
    expectSameRequest()
    expect(gist(ours)).toEqual(gist(theirs))
  })

  it.each(Object.entries(requests))('for %s, whole', async (_name, request) => {
    const model = request.model ?? haiku
    const ours = completionOf(await rig.chat(aChat(request)))
    const answer = await client.send(new ConverseCommand(inputOf(model)))
    const theirs = toChatCompletion(answer as ConverseAnswer, headFor(model))
    expectSameRequest()
    const [mine, other] = [ours, theirs].map(({ choices: [choice], usage }) => ({
      output: usage?.completion_tokens,
      finish: choice?.finish_reason,
      content: choice?.message.content,
      reasoning: choice?.message.reasoning_content,
      calls: choice?.message.tool_calls?.map(call => (call.type === 'function' ? call.function : call.custom)),
    }))
    expect(mine).toEqual(other)
  })
})

function toEvent(event: ConverseStreamOutput) {
  const [entry] = Object.entries(event) as [string, ConverseEventPayload][]
  return { type: entry?.[0] ?? '', payload: entry?.[1] ?? {} }
}
