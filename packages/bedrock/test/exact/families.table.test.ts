import type { ContentPart } from '@modelgate/core'
import { calls, document, f, file, image, png, result, said, text, user } from './message-shapes.ts'
import { type RequestRow, requestRows } from './request-row.ts'

const a = text('a')
const tools = [f]

/** Models by what their family takes or refuses, with the name that a refusal gives it. */
const withoutTools: readonly (readonly [model: string, family: string])[] = [
  ['anthropic.claude-v2', 'Claude 2'],
  ['anthropic.claude-v2:1', 'Claude 2'],
  ['amazon.titan-text-express-v1', 'Titan Text'],
  ['amazon.titan-text-premier-v1:0', 'Titan Text Premier'],
  ['meta.llama3-8b-instruct-v1:0', 'Llama 3'],
  ['meta.llama3-70b-instruct-v1:0', 'Llama 3'],
  ['us.meta.llama3-2-1b-instruct-v1:0', 'Llama 3.2 1B'],
  ['mistral.mistral-7b-instruct-v0:2', 'Mistral 7B'],
  ['mistral.mixtral-8x7b-instruct-v0:1', 'Mixtral'],
  ['cohere.command-text-v14', 'Command'],
  ['cohere.command-light-text-v14', 'Command Light'],
  ['ai21.jamba-instruct-v1:0', 'Jamba-Instruct'],
  ['us.deepseek.r1-v1:0', 'DeepSeek-R1'],
]
const blind: readonly (readonly [model: string, family: string])[] = [
  ['anthropic.claude-v2:1', 'Claude 2'],
  ['anthropic.claude-3-5-haiku-20241022-v1:0', 'Claude 3.5 Haiku'],
  ['amazon.nova-micro-v1:0', 'Nova Micro'],
  ['amazon.titan-text-lite-v1', 'Titan Text'],
  ['meta.llama3-8b-instruct-v1:0', 'Llama 3'],
  ['meta.llama3-1-8b-instruct-v1:0', 'Llama 3.1'],
  ['us.meta.llama3-2-1b-instruct-v1:0', 'Llama 3.2 1B'],
  ['us.meta.llama3-3-70b-instruct-v1:0', 'Llama 3.3'],
  ['mistral.mistral-7b-instruct-v0:2', 'Mistral 7B'],
  ['mistral.mistral-large-2407-v1:0', 'Mistral Large'],
  ['cohere.command-text-v14', 'Command'],
  ['cohere.command-r-plus-v1:0', 'Command R'],
  ['ai21.jamba-1-5-mini-v1:0', 'Jamba'],
  ['us.deepseek.r1-v1:0', 'DeepSeek-R1'],
  ['deepseek.v3-v1:0', 'DeepSeek'],
  ['qwen.qwen3-32b-v1:0', 'Qwen3'],
  ['openai.gpt-oss-120b-1:0', 'gpt-oss'],
  ['us.writer.palmyra-x5-v1:0', 'Palmyra X5'],
]
const seeing = [
  'anthropic.claude-3-sonnet-20240229-v1:0',
  'us.anthropic.claude-3-7-sonnet-20250219-v1:0',
  'us.anthropic.claude-haiku-4-5-20251001-v1:0',
  'us.anthropic.claude-opus-5-5',
  'amazon.nova-pro-v1:0',
  'us.amazon.nova-premier-v1:0',
  'us.amazon.nova-2-lite-v1:0',
  'us.meta.llama3-2-90b-instruct-v1:0',
  'us.meta.llama4-scout-17b-instruct-v1:0',
  'us.mistral.pixtral-large-2502-v1:0',
  'mistral.mistral-large-3-675b-instruct',
  'us.openai.gpt-5.6-terra',
]
const withoutDocuments: readonly (readonly [model: string, family: string])[] = [
  ['amazon.nova-micro-v1:0', 'Nova Micro'],
  ['amazon.titan-text-premier-v1:0', 'Titan Text Premier'],
  ['cohere.command-light-text-v14', 'Command Light'],
  ['ai21.jamba-instruct-v1:0', 'Jamba-Instruct'],
  ['us.deepseek.r1-v1:0', 'DeepSeek-R1'],
  ['deepseek.v3-v1:0', 'DeepSeek'],
  ['openai.gpt-oss-20b-1:0', 'gpt-oss'],
  ['us.openai.gpt-5.6-terra', 'GPT'],
  ['us.openai.gpt-6-astra', 'GPT'],
  ['qwen.qwen3-32b-v1:0', 'Qwen3'],
  ['us.writer.palmyra-x5-v1:0', 'Palmyra X5'],
]
const reading = [
  'anthropic.claude-v2',
  'anthropic.claude-3-5-haiku-20241022-v1:0',
  'amazon.titan-text-express-v1',
  'meta.llama3-8b-instruct-v1:0',
  'meta.llama3-1-8b-instruct-v1:0',
  'mistral.mixtral-8x7b-instruct-v0:1',
  'cohere.command-text-v14',
  'cohere.command-r-v1:0',
  'ai21.jamba-1-5-large-v1:0',
]
const withoutSystem = [
  'amazon.titan-text-express-v1',
  'amazon.titan-text-premier-v1:0',
  'mistral.mistral-7b-instruct-v0:2',
  'mistral.mixtral-8x7b-instruct-v0:1',
  'cohere.command-text-v14',
  'cohere.command-light-text-v14',
]
/** Families that answer with tools only as a whole. */
const notStreamingTools = [
  'meta.llama3-1-8b-instruct-v1:0',
  'us.meta.llama3-2-11b-instruct-v1:0',
  'us.meta.llama4-maverick-17b-instruct-v1:0',
  'mistral.mistral-large-2402-v1:0',
]
const streamingTools = [
  'anthropic.claude-3-5-haiku-20241022-v1:0',
  'amazon.nova-lite-v1:0',
  'cohere.command-r-v1:0',
  'ai21.jamba-1-5-large-v1:0',
  'us.meta.llama3-3-70b-instruct-v1:0',
]
const caps: readonly (readonly [model: string, asked: number, sent: number])[] = [
  ['anthropic.claude-3-sonnet-20240229-v1:0', 9_000, 4_096],
  ['anthropic.claude-3-5-haiku-20241022-v1:0', 9_000, 8_192],
  ['us.anthropic.claude-opus-4-1-20250805-v1:0', 64_000, 32_000],
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 200_000, 64_000],
  ['us.anthropic.claude-sonnet-4-6', 128_000, 127_999],
  ['us.anthropic.claude-opus-5-5', 128_000, 127_999],
  ['ai21.jamba-1-5-mini-v1:0', 5_000, 4_096],
  ['amazon.nova-lite-v1:0', 200_000, 200_000],
]

const says = (it: string, model: string, parts: ContentPart[], content: readonly object[]): RequestRow => ({
  it,
  request: { model, messages: [user(parts)] },
  sends: { messages: [{ role: 'user', content }] },
})
const refusesPart = (what: string, model: string, family: string, part: ContentPart): RequestRow => ({
  it: `refuses ${what} for ${model}`,
  request: { model, messages: [user([a, part])] },
  refuses: {
    param: 'messages[0].content[1]',
    says: new RegExp(`: ${family} takes no ${what}; leave it out, or use a model that takes them, such as Claude`),
  },
})

requestRows('tools', [
  ...withoutTools.map(
    ([model, family]): RequestRow => ({
      it: `refuses tools for ${model}`,
      request: { model, tools },
      refuses: {
        param: 'tools',
        says: new RegExp(
          `^\`tools\`: ${family} takes no tools; leave them out, or use a model that takes them, such as`,
        ),
      },
    }),
  ),
  ...withoutTools.slice(0, 3).map(
    ([model]): RequestRow => ({
      it: `sends no tools where the caller chose none of them, to ${model}`,
      request: { model, tools, tool_choice: 'none' },
      omits: ['toolConfig'],
    }),
  ),
  ...withoutTools.map(
    ([model]): RequestRow => ({
      it: `tells a history with tools to ${model} as text`,
      request: { model, messages: [user('a'), calls('x'), result('x'), user('b')] },
      omits: ['toolConfig', 'messages[1].content[0].toolUse'],
    }),
  ),
  ...notStreamingTools.flatMap((model): RequestRow[] => [
    {
      it: `asks ${model} for a whole answer where a stream has tools`,
      request: { model, tools, stream: true },
      operations: ['converse'],
    },
    { it: `streams from ${model} without tools`, request: { model, stream: true } },
  ]),
  ...streamingTools.map(
    (model): RequestRow => ({
      it: `streams tools from ${model}`,
      request: { model, tools, stream: true },
    }),
  ),
])

requestRows('images', [
  ...blind.map(([model, family]) => refusesPart('images', model, family, image())),
  ...seeing.map(model => says(`says images to ${model}`, model, [a, image()], [{ text: 'a' }, png])),
])

requestRows('documents', [
  ...withoutDocuments.map(([model, family]) => refusesPart('documents', model, family, file('text/plain', 'r'))),
  ...reading.map(model =>
    says(`says documents to ${model}`, model, [a, file('text/plain', 'r')], [{ text: 'a' }, document('txt', 'r')]),
  ),
])

requestRows('instructions', [
  ...withoutSystem.map(
    (model): RequestRow => ({
      it: `puts them before the first user text for ${model}`,
      request: { model, messages: [{ role: 'system', content: 's' }, user('a')] },
      sends: { messages: [{ role: 'user', content: [{ text: 's' }, { text: 'a' }] }] },
      omits: ['system'],
    }),
  ),
  {
    it: 'tells a whole conversation in one turn to Command, which takes no other',
    request: {
      model: 'cohere.command-text-v14',
      messages: [{ role: 'system', content: 's' }, user('a'), said('b'), user('c')],
    },
    sends: {
      messages: [
        {
          role: 'user',
          content: ['s', 'User: a', 'Assistant: b', 'User: c', 'Assistant:'].map(value => ({ text: value })),
        },
      ],
    },
  },
])

requestRows(
  'caps',
  caps.map(([model, asked, sent]) => ({
    it: `sends a cap of ${asked} to ${model} as ${sent}`,
    request: { model, max_completion_tokens: asked },
    sends: { inferenceConfig: { maxTokens: sent } },
  })),
)
