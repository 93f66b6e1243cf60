import { describe, expect, it } from 'vitest'
import { isPlainChat } from '../../src/wire/plain-chat.ts'
import { isPlainEmbeddings } from '../../src/wire/plain-embeddings.ts'
import { chatFaults, embeddingsFaults } from '../../src/wire/request-schemas.ts'

const odd: readonly unknown[] = [
  null,
  undefined,
  '',
  'fast',
  'user',
  0,
  1,
  -1,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 60,
  true,
  [],
  [undefined],
  Array.from({ length: 1 }),
  {},
  ['x'],
  [null],
  new Date(0),
  'x'.repeat(2_048),
  'x'.repeat(2_049),
]
const message = { role: 'user', content: 'hi' }
const called = { name: 'weather', arguments: '{}' }
const call = { id: 'c1', type: 'function', function: called }
const result = { role: 'tool', tool_call_id: 'c1', content: 'sunny' }
const picture = { type: 'image_url', image_url: { url: 'https://x/y.png', detail: 'low' } }
const definition = { name: 'weather', description: 'In a city', parameters: { type: 'object' }, strict: true }
const form = { name: 'city', description: 'A city', schema: { type: 'object' }, strict: true }
const members =
  'model messages stream stream_options max_completion_tokens max_tokens temperature top_p user tools unknown n seed stop store logprobs frequency_penalty presence_penalty parallel_tool_calls tool_choice response_format metadata reasoning_effort verbosity service_tier safety_identifier prompt_cache_key functions function_call modalities top_logprobs logit_bias'.split(
    ' ',
  )
const rich = { model: 'fast', messages: [message], tools: [{ type: 'function', function: definition }] }

/** Objects within a chat, each put back into one; any member of theirs may be anything. */
const places: readonly (readonly [of: object, into: (value: object) => object])[] = [
  [message, value => ({ messages: [message, value] })],
  [result, value => ({ messages: [message, value] })],
  [{ role: 'assistant', content: null, tool_calls: [call] }, value => ({ messages: [value] })],
  [{ type: 'text', text: 'hi', image_url: undefined }, value => ({ messages: [{ ...message, content: [value] }] })],
  [{ ...picture, text: undefined }, value => ({ messages: [{ ...message, content: [value] }] })],
  [picture.image_url, value => ({ messages: [{ ...message, content: [{ ...picture, image_url: value }] }] })],
  [{ ...call, custom: undefined }, value => ({ messages: [{ role: 'assistant', tool_calls: [value] }] })],
  [called, value => ({ messages: [{ role: 'assistant', tool_calls: [{ ...call, function: value }] }] })],
  [{ type: 'function', function: definition, custom: undefined }, value => ({ ...rich, tools: [value] })],
  [definition, value => ({ ...rich, tools: [{ type: 'function', function: value }] })],
  [{ type: 'json_schema', json_schema: form }, value => ({ ...rich, response_format: value })],
  [{ type: 'json_object', json_schema: undefined }, value => ({ ...rich, response_format: value })],
  [form, value => ({ ...rich, response_format: { type: 'json_schema', json_schema: value } })],
  [{ include_usage: true, include_obfuscation: true }, value => ({ messages: [message], stream_options: value })],
]

/** A chat with one thing in it that may be anything. */
const chats = odd.flatMap((value): object[] => [
  ...members.map(name => ({ messages: [message], [name]: value })),
  ...['role', 'content', 'tool_calls', 'name', 'function_call'].map(name => ({
    messages: [message, { ...message, [name]: value }],
  })),
  { messages: [value] },
  ...places.flatMap(([of, into]) => Object.keys(of).map(name => into({ ...of, [name]: value }))),
])

describe('isPlainChat', () => {
  it('passes nothing that the schema refuses', () => {
    const plain = chats.filter(isPlainChat)
    expect(plain.length).toBeGreaterThan(200)
    for (const chat of plain) {
      // What a class made is left to the schema.
      const made = Object.assign(Object.create({}), chat) as object
      expect(isPlainChat(made)).toBe(false)
      expect(chatFaults(made)).toEqual([])
    }
  })

  it('finds plain what most chats are, and leaves the rest to the schema', () => {
    const messages = [message]
    expect(isPlainChat({ messages })).toBe(true)
    expect(isPlainChat({ model: 'fast', messages, stream: true, stream_options: { include_usage: true } })).toBe(true)
    for (const [of, into] of places) expect(isPlainChat(into(of))).toBe(true)
    expect(isPlainChat({ messages: [{ role: 'user', content: [{ type: 'file', file: {} }] }] })).toBe(false)
    expect(isPlainChat({ messages, tools: [{ type: 'custom', custom: { name: 'sql' } }] })).toBe(false)
    expect(isPlainChat(JSON.parse('{"messages":[{"role":"user","content":"hi"}],"__proto__":{}}') as object)).toBe(
      false,
    )
    expect(isPlainChat({})).toBe(false)
  })
})

describe('isPlainEmbeddings', () => {
  it('passes nothing that the schema refuses', () => {
    const names = 'model input dimensions encoding_format user unknown'.split(' ')
    const requests = odd.flatMap(value => names.map(name => ({ input: 'x', [name]: value }) as object))
    const plain = requests.filter(isPlainEmbeddings)
    expect(plain.length).toBeGreaterThan(15)
    for (const request of plain) expect(embeddingsFaults(request)).toEqual([])
  })
})
