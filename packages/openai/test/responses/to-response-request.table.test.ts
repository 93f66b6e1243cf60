import type { ChatCompletionRequest } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { toResponseRequest } from '../../src/responses/to-response-request.ts'

const model = 'gpt-6.1-sol'
const hi = { role: 'user', content: 'hi' } as const
const plain = { model, input: [{ role: 'user', content: 'hi' }], store: false }

const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const schema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] }
const call = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } } as const
const customCall = { id: 'call_2', type: 'custom', custom: { name: 'run', input: 'ls' } } as const

interface Row {
  readonly it: string
  readonly says: object
  readonly becomes: object
  readonly drops?: readonly string[]
}

const rows: readonly Row[] = [
  { it: 'a question, which is kept nowhere', says: {}, becomes: {} },
  { it: 'what is to be kept', says: { store: true }, becomes: { store: true } },
  {
    it: 'what both call alike',
    says: { stream: true, service_tier: 'flex', metadata: { a: 'b' }, parallel_tool_calls: false },
    becomes: { stream: true, service_tier: 'flex', metadata: { a: 'b' }, parallel_tool_calls: false },
  },
  { it: 'a cap', says: { max_completion_tokens: 100, max_tokens: 50 }, becomes: { max_output_tokens: 100 } },
  { it: 'the old cap', says: { max_tokens: 50 }, becomes: { max_output_tokens: 50 } },
  { it: 'an effort', says: { reasoning_effort: 'low' }, becomes: { reasoning: { effort: 'low' } } },
  { it: 'a verbosity', says: { verbosity: 'low' }, becomes: { text: { verbosity: 'low' } } },
  {
    it: 'a schema',
    says: { response_format: { type: 'json_schema', json_schema: { name: 'person', schema, strict: true } } },
    becomes: { text: { format: { type: 'json_schema', name: 'person', schema, strict: true } } },
  },
  {
    it: 'any JSON',
    says: { response_format: { type: 'json_object' } },
    becomes: { text: { format: { type: 'json_object' } } },
  },
  {
    it: 'a function, which is not strict unless it says so',
    says: { tools: [{ type: 'function', function: { name: 'weather', description: 'Now.', parameters } }] },
    becomes: { tools: [{ type: 'function', name: 'weather', description: 'Now.', parameters, strict: false }] },
  },
  {
    it: 'a strict function, and one that takes nothing',
    says: {
      tools: [
        { type: 'function', function: { name: 'weather', parameters, strict: true } },
        { type: 'function', function: { name: 'now' } },
      ],
    },
    becomes: {
      tools: [
        { type: 'function', name: 'weather', parameters, strict: true },
        { type: 'function', name: 'now', parameters: { type: 'object', properties: {} }, strict: false },
      ],
    },
  },
  {
    it: 'a custom tool with a grammar',
    says: {
      tools: [
        {
          type: 'custom',
          custom: { name: 'run', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "a"' } } },
        },
      ],
    },
    becomes: {
      tools: [{ type: 'custom', name: 'run', format: { type: 'grammar', syntax: 'lark', definition: 'start: "a"' } }],
    },
  },
  {
    it: 'a function by its own type, whatever it says of itself',
    says: { tools: [{ type: 'function', function: { name: 'f', type: 'web_search', parameters } }] },
    becomes: { tools: [{ type: 'function', name: 'f', parameters, strict: false }] },
  },
  { it: 'what is null as if it were absent', says: { tool_choice: null, metadata: null, seed: null }, becomes: {} },
  { it: 'that a tool must be called', says: { tool_choice: 'required' }, becomes: { tool_choice: 'required' } },
  {
    it: 'which tool must be called',
    says: { tool_choice: { type: 'function', function: { name: 'weather' } } },
    becomes: { tool_choice: { type: 'function', name: 'weather' } },
  },
  {
    it: 'which tools may be called',
    says: {
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'weather' } }] },
      },
    },
    becomes: { tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'weather' }] } },
  },
  {
    it: 'that chunks need no padding, and nothing of usage, which always comes',
    says: { stream: true, stream_options: { include_usage: true, include_obfuscation: false } },
    becomes: { stream: true, stream_options: { include_obfuscation: false } },
  },
  {
    it: 'what changes nothing where it is idle',
    says: { n: 1, stop: null, presence_penalty: 0, logprobs: false, modalities: ['text'] },
    becomes: {},
  },
  { it: 'a seed, which is dropped', says: { seed: 7 }, becomes: {}, drops: ['seed'] },
  {
    it: 'a name, which is dropped',
    says: { messages: [{ ...hi, name: 'ann' }] },
    becomes: {},
    drops: ['messages.name'],
  },
  {
    it: 'instructions, images and files',
    says: {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: [{ type: 'text', text: 'Be kind.' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?', cache_control: { type: 'ephemeral' } },
            { type: 'image_url', image_url: { url: 'https://a.test/b.png', detail: 'low' } },
            { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==' } },
          ],
        },
      ],
    },
    becomes: {
      input: [
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: [{ type: 'input_text', text: 'Be kind.' }] },
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'What is it?' },
            { type: 'input_image', image_url: 'https://a.test/b.png', detail: 'low' },
            { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==' },
          ],
        },
      ],
    },
  },
  {
    it: 'a conversation with calls and their results',
    says: {
      messages: [
        hi,
        { role: 'assistant', content: 'I look.', tool_calls: [call, customCall] },
        { role: 'tool', tool_call_id: 'call_1', content: 'Sun.' },
        { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: 'a.txt' }] },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'call_1', content: '' },
        { role: 'assistant', content: [{ type: 'text', text: 'Sun.' }], refusal: null },
        { role: 'assistant', refusal: 'No.' },
        hi,
      ],
    },
    becomes: {
      input: [
        hi,
        { role: 'assistant', content: [{ type: 'output_text', text: 'I look.' }] },
        { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Rome"}' },
        { type: 'custom_tool_call', call_id: 'call_2', name: 'run', input: 'ls' },
        { type: 'function_call_output', call_id: 'call_1', output: 'Sun.' },
        { type: 'custom_tool_call_output', call_id: 'call_2', output: [{ type: 'input_text', text: 'a.txt' }] },
        { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Rome"}' },
        { type: 'function_call_output', call_id: 'call_1', output: '' },
        { role: 'assistant', content: [{ type: 'output_text', text: 'Sun.' }] },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
        hi,
      ],
    },
  },
]

const unsayable: readonly (readonly [what: string, says: object])[] = [
  ['several choices', { n: 2 }],
  ['a stop sequence', { stop: ['#'] }],
  ['a penalty', { frequency_penalty: 0.5 }],
  ['a bias', { logit_bias: { '50256': -100 } }],
  ['log probabilities', { logprobs: true }],
  ['speech', { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } }],
  ['a prediction', { prediction: { type: 'content', content: 'a' } }],
  ['functions of before tools', { functions: [{ name: 'weather' }] }],
  ['a cap below what responses take', { max_completion_tokens: 15 }],
  ['what we do not know', { novelty: 1 }],
  ['what responses alone can do', { background: true }],
  ['what is kept at OpenAI', { previous_response_id: 'resp_1' }],
  ['a tool of OpenAI’s own', { tools: [{ type: 'file_search', vector_store_ids: ['vs_1'] }] }],
  ['a choice of one', { tool_choice: { type: 'web_search' } }],
  ['a choice that allows nothing', { tool_choice: { type: 'allowed_tools' } }],
  ['a thought for an answer', { messages: [{ role: 'assistant', content: [{ type: 'thinking', thinking: 'a' }] }] }],
  [
    'a recording',
    { messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } }] }] },
  ],
  ['the result of a function of before tools', { messages: [hi, { role: 'function', name: 'f', content: '1' }] }],
]

function toRequest(says: object): ChatCompletionRequest {
  return { model, messages: [hi], ...says }
}

describe('a chat as a response says', () => {
  it.each(rows)('$it', ({ says, becomes, drops = [] }) => {
    const dropped = new Set<string>()
    expect(toResponseRequest(toRequest(says), dropped)).toEqual({ ...plain, ...becomes })
    expect([...dropped]).toEqual(drops)
  })

  it.each(unsayable)('not %s', (_, says) => {
    const dropped = new Set<string>()
    expect(toResponseRequest(toRequest({ seed: 1, ...says }), dropped)).toBeUndefined()
    expect([...dropped]).toEqual([])
  })
})
