import {
  type ChatCompletion,
  type ChatCompletionChunk,
  type ChatCompletionRequest,
  type EmbeddingsRequest,
  isGatewayError,
  type Usage,
} from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { aChat, anEmbedding, aRig, chunksOf, completionOf, type Rig, sonnet45 } from './a-call.ts'
import { aClientRig, type Protocol, protocols } from './a-client.ts'
import { images } from './images.ts'

const tools: NonNullable<ChatCompletionRequest['tools']> = [
  {
    type: 'function',
    function: {
      name: 'weather/lookup',
      description: 'Looks up the weather in a city.',
      parameters: { type: 'object', properties: { city: { type: 'string', default: null } }, required: ['city'] },
    },
  },
  { type: 'function', function: { name: 'now', description: 'Tells the time.' } },
]
const sonnet4 = 'us.anthropic.claude-sonnet-4-20250514-v1:0'
const user = (content: string) => ({ role: 'user' as const, content })

const chats: Readonly<Record<string, Partial<ChatCompletionRequest>>> = {
  'a text': {},
  'instructions and parameters': {
    messages: [{ role: 'system', content: 'Be brief.' }, user('Grüße an die 世界 🎉')],
    temperature: 0,
    max_tokens: 20,
    stop: ['END'],
    service_tier: 'priority',
  },
  'a long answer': { messages: [user('Count to 300')] },
  'a length stop': { max_tokens: 3 },
  'a stop sequence': { messages: [user('Count to 50')], stop: [' 4'] },
  'an image and a document': {
    model: sonnet45,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is in these?' },
          ...Object.values(images).map(base64 => ({
            type: 'image_url' as const,
            image_url: { url: `data:image/png;base64,${base64}` },
          })),
          { type: 'file', file: { filename: 'a.txt', file_data: 'data:text/plain;base64,QUJD' } },
        ],
      },
    ],
  },
  'a tool call': { messages: [user('What is the weather in Paris?')], tools },
  'a tool call without arguments': { messages: [user('Tell the time.')], tools },
  'parallel tool calls': { messages: [user('Compare the weather in Paris and in Rome.')], tools },
  'a tool result, and arguments of every kind': {
    messages: [
      user('What is the weather in Paris?'),
      {
        role: 'assistant',
        tool_calls: [
          {
            id: 'x',
            type: 'function',
            function: {
              name: 'weather/lookup',
              arguments:
                '{"city":null,"bytes":"QUJD","at":[1.5,-0,1e21,12345678901234567890,{"__proto__":{}}],"":true}',
            },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'x', content: 'sunny' },
    ],
    tools,
    tool_choice: 'auto',
  },
  'tools that the model cannot stream': {
    model: 'us.meta.llama3-1-8b-instruct-v1:0',
    messages: [user('What is the weather in Paris?')],
    tools,
  },
  reasoning: { model: sonnet4, reasoning_effort: 'low', messages: [user('Think.')] },
  'redacted reasoning that is sent back': {
    model: sonnet4,
    reasoning_effort: 'low',
    messages: [
      user('What is the weather in Paris?'),
      {
        role: 'assistant',
        tool_calls: [{ id: 'x', type: 'function', function: { name: 'now', arguments: '{}' } }],
        thinking_blocks: [
          { type: 'redacted_thinking', data: 'b3BhcXVlIGJ5dGVz' },
          { type: 'thinking', thinking: 'Hm.', signature: 'c2lnbmVk' },
        ],
      },
      { role: 'tool', tool_call_id: 'x', content: 'noon' },
    ],
    tools,
  },
  'fields of the model itself': {
    model: sonnet45,
    additional_model_request_fields: { anthropic_beta: ['a-1'], nested: { none: null, list: [1, { b: 'c' }] } },
    request_metadata: { team: 'search' },
  } as Partial<ChatCompletionRequest>,
}

const refused: Readonly<Record<string, Partial<ChatCompletionRequest>>> = {
  'a model that is none': { model: 'no.such-model' },
  'a model that is a path': { model: '..' },
  'a model without a name': { model: '' },
  'what Bedrock refuses': { model: 'amazon.titan-embed-text-v2:0' },
}

const embeddings: Readonly<Record<string, Partial<EmbeddingsRequest> & { input_type?: string }>> = {
  'of Titan': { model: 'amazon.titan-embed-text-v2:0', input: 'some text', dimensions: 256 },
  'of Titan, many': { model: 'amazon.titan-embed-text-v2:0', input: ['a', 'b', 'c', 'd', 'e', 'f'] },
  'of Cohere, which counts in a header': { model: 'cohere.embed-multilingual-v3', input: ['a b', 'c'] },
  'of Cohere, packed': {
    model: 'us.cohere.embed-v4:0',
    input: 'ein Text',
    dimensions: 256,
    encoding_format: 'base64',
    input_type: 'search_query',
  },
  'of a model that is none': { model: 'cohere.embed-nothing', input: 'a' },
}

/** Both ways to a simulator of their own; equal seeds and equal requests give equal answers. */
async function both<T>(protocol: Protocol, ask: (rig: Rig) => Promise<T>): Promise<{ ours: T; theirs: T }> {
  const simulation = { seed: 11 }
  await using lean = await aRig({}, simulation)
  await using client = await aClientRig(protocol, { simulation })
  const [ours, theirs] = [await ask(lean), await ask(client)]
  const sent = [lean, client].map(({ simulator }) =>
    simulator.requests().map(({ method, path, json, outcome }) => ({ method, path, json, outcome })),
  )
  expect(sent[1]).toEqual(sent[0])
  return { ours, theirs }
}

/** An answer, or the failure as callers see it. */
async function answerOf<T>(answer: Promise<T>): Promise<T | object> {
  try {
    return await answer
  } catch (error) {
    if (!isGatewayError(error)) throw error
    const { code, status, retryable, message } = error
    return { code, status, retryable, message: message.replace(/request [0-9a-f-]{36}/, 'request …') }
  }
}

type Stamped = ChatCompletion | ChatCompletionChunk

/**
 * An answer without its id and time. The simulator bills the very text of the tools that it was sent, whose members the SDK puts
 * in another order: only then may the prompt's tokens differ.
 */
function comparable(answer: Stamped, request: Partial<ChatCompletionRequest>): object {
  const usage = request.tools && answer.usage ? withoutPrompt(answer.usage) : answer.usage
  return { ...answer, id: '', created: 0, usage }
}

function withoutPrompt(usage: Usage): Usage {
  return { ...usage, prompt_tokens: 0, total_tokens: usage.total_tokens - usage.prompt_tokens }
}

async function streamed(rig: Rig, request: Partial<ChatCompletionRequest>): Promise<object> {
  const call = aChat({ ...request, stream: true, stream_options: { include_usage: true } })
  const result = await rig.chat(call)
  const chunks = await chunksOf(result)
  const { status, finishReason, usageSource } = await result.settled
  const { droppedParams } = call.context
  return { chunks: chunks.map(chunk => comparable(chunk, request)), status, finishReason, usageSource, droppedParams }
}

describe.each(protocols)('over %s, a client of the SDK says and hears what the default does', protocol => {
  it.each(Object.entries(chats))('for %s, whole', async (_name, request) => {
    const { ours, theirs } = await both(protocol, rig =>
      answerOf(rig.chat(aChat(request)).then(result => comparable(completionOf(result), request))),
    )
    expect(ours).toHaveProperty('choices')
    expect(theirs).toEqual(ours)
  })

  it.each(Object.entries(refused))('for %s', async (_name, request) => {
    const { ours, theirs } = await both(protocol, rig => answerOf(rig.chat(aChat(request))))
    expect(ours).toHaveProperty('code')
    expect(theirs).toEqual(ours)
  })

  it.each(Object.entries(chats))('for %s, streamed', async (_name, request) => {
    const { ours, theirs } = await both(protocol, rig => answerOf(streamed(rig, request)))
    expect(ours).toHaveProperty('chunks')
    expect(theirs).toEqual(ours)
  })

  it.each(Object.entries(embeddings))('for embeddings %s', async (_name, request) => {
    const { ours, theirs } = await both(protocol, rig =>
      answerOf(rig.embed(anEmbedding(request)).then(({ embeddings: answer }) => answer.value)),
    )
    expect(theirs).toEqual(ours)
  })
})
