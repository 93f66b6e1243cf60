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
const members =
  'model messages stream stream_options max_completion_tokens max_tokens temperature top_p user tools unknown'.split(
    ' ',
  )

/** A chat with one thing in it that may be anything. */
const chats = odd.flatMap((value): object[] => [
  ...members.map(name => ({ messages: [message], [name]: value })),
  ...['role', 'content', 'tool_calls'].map(name => ({ messages: [message, { ...message, [name]: value }] })),
  ...['include_usage', 'include_obfuscation'].map(name => ({ messages: [message], stream_options: { [name]: value } })),
  { messages: [value] },
])

describe('isPlainChat', () => {
  it('passes nothing that the schema refuses', () => {
    const plain = chats.filter(isPlainChat)
    expect(plain.length).toBeGreaterThan(30)
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
    expect(isPlainChat({ messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }] })).toBe(false)
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
