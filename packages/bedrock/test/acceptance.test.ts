import type { ChatCompletionRequest, ChatMessage } from '@modelgate/core'
import { describe, it } from 'vitest'
import { aChat, chunksOf, completionOf, fileRig } from './a-call.ts'
import { images } from './images.ts'

const rig = await fileRig()

/** One of each family that differs in what it refuses. */
const textModels = [
  'ai21.jamba-1-5-large-v1:0',
  'ai21.jamba-instruct-v1:0',
  'amazon.titan-text-express-v1',
  'amazon.nova-micro-v1:0',
  'anthropic.claude-v2:1',
  'anthropic.claude-3-5-haiku-20241022-v1:0',
  'us.anthropic.claude-sonnet-4-20250514-v1:0',
  'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'us.anthropic.claude-sonnet-4-6',
  'us.anthropic.claude-opus-4-7',
  'us.anthropic.claude-opus-5-5',
  'cohere.command-text-v14',
  'cohere.command-light-text-v14',
  'cohere.command-r-v1:0',
  'us.deepseek.r1-v1:0',
  'meta.llama3-8b-instruct-v1:0',
  'meta.llama3-1-8b-instruct-v1:0',
  'us.meta.llama3-2-1b-instruct-v1:0',
  'mistral.mistral-7b-instruct-v0:2',
  'mistral.mixtral-8x7b-instruct-v0:1',
  'mistral.mistral-large-2402-v1:0',
  'openai.gpt-oss-20b-1:0',
  'qwen.qwen3-32b-v1:0',
  'us.writer.palmyra-x5-v1:0',
]
const withoutTools =
  /jamba-instruct|titan-text|claude-v2|command-(light-)?text|deepseek\.r1|llama3-8b|llama3-2-1b|mistral-7b|mixtral/
const toolModels = textModels.filter(model => !withoutTools.test(model))

const user = (content: string): ChatMessage => ({ role: 'user', content })
const said = (content: string): ChatMessage => ({ role: 'assistant', content })
const calls = (...ids: string[]): ChatMessage => ({
  role: 'assistant',
  content: '',
  tool_calls: ids.map(id => ({ id, type: 'function', function: { name: 'files/read', arguments: '' } })),
})
const result = (tool_call_id: string): ChatMessage => ({ role: 'tool', tool_call_id, content: '' })
const tools: NonNullable<ChatCompletionRequest['tools']> = [
  { type: 'function', function: { name: 'files/read', description: '' } },
  { type: 'function', function: { name: 'files.read', strict: true, parameters: { properties: {} } } },
]
const longId = (tail: string) => `fc_${'0'.repeat(80)}${tail}`

const conversations: Readonly<Record<string, readonly ChatMessage[]>> = {
  'two users and an empty assistant': [user('a'), said(' '), user('b')],
  'the assistant first': [said('Welcome.'), user('a')],
  'the assistant last, with trailing whitespace': [user('a'), said('Once upon a time ')],
  'instructions everywhere': [
    { role: 'system', content: 's' },
    user('a'),
    { role: 'developer', content: 'd' },
    user('b'),
  ],
  'instructions only': [{ role: 'system', content: 's' }],
  'blank instructions': [{ role: 'system', content: ' ' }, user('a')],
  'a blank user': [user('')],
}

const toolConversations: Readonly<Record<string, readonly ChatMessage[]>> = {
  'parallel calls, empty results, text after them': [user('a'), calls('x', 'y'), result('x'), result('y'), user('b')],
  'a result that is missing': [user('a'), calls('x', 'y'), result('y'), user('b')],
  'calls at the end': [user('a'), calls('x')],
  'one id in two turns': [user('a'), calls('call_0'), result('call_0'), calls('call_0'), result('call_0')],
  'ids that are too long and differ late': [
    user('a'),
    calls(longId('1'), longId('2')),
    result(longId('1')),
    result(longId('2')),
  ],
  'a result after other text': [user('a'), calls('x'), user('b'), result('x')],
}

const greedy: Partial<ChatCompletionRequest> = {
  temperature: 1.9,
  top_p: 0.9,
  max_tokens: 4_000,
  stop: ['END', '\n', '1', '2'],
  seed: 1,
  presence_penalty: 0.1,
  reasoning_effort: 'medium',
}

describe.each(textModels)('%s takes', model => {
  it.each(Object.entries(conversations))('%s', async (_name, messages) => {
    completionOf(await rig.chat(aChat({ model, messages: [...messages] })))
    await chunksOf(await rig.chat(aChat({ model, messages: [...messages], stream: true })))
  })

  it('all parameters at once', async () => {
    completionOf(await rig.chat(aChat({ model, ...greedy })))
  })

  it.each(Object.entries(toolConversations))('%s, told as text', async (_name, messages) => {
    completionOf(await rig.chat(aChat({ model, messages: [...messages] })))
  })
})

describe.each(toolModels)('%s takes', model => {
  it.each(Object.entries(toolConversations))('%s', async (_name, messages) => {
    completionOf(await rig.chat(aChat({ model, messages: [...messages], tools })))
    await chunksOf(await rig.chat(aChat({ model, messages: [...messages], tools, stream: true })))
  })

  it.each(['auto', 'none', 'required', { type: 'function', function: { name: 'files.read' } }] as const)(
    'the tool choice %j',
    async tool_choice => {
      completionOf(await rig.chat(aChat({ model, tools, tool_choice, ...greedy })))
    },
  )
})

it('images and documents are taken beside each other and beside tool results', async () => {
  const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
  const attached: ChatMessage = {
    role: 'user',
    content: [
      { type: 'file', file: { filename: 'a.b.txt', file_data: 'data:text/plain;base64,QUJD' } },
      { type: 'file', file: { filename: 'a.b.txt', file_data: 'data:text/plain;base64,QUJD' } },
      ...Object.values(images).map(base64 => ({
        type: 'image_url' as const,
        image_url: { url: `data:image/jpg;base64,${base64}` },
      })),
    ],
  }
  const messages = [user('a'), calls('x'), result('x'), attached]
  completionOf(await rig.chat(aChat({ model, messages, tools })))
  completionOf(await rig.chat(aChat({ model, messages: [attached] })))
})
