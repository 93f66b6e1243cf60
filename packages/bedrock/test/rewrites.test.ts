import { describe, expect, it } from 'vitest'
import type { BedrockChatRequest } from '../src/index.ts'
import { lostTexts, rewrites } from './rewrites.ts'
import { attachmentsIn, mediaIn } from './said-and-heard.ts'

const call = (text: string) => ({ id: 'a', type: 'function', function: { name: 'f', arguments: text } }) as const
const request: BedrockChatRequest = {
  model: 'm',
  messages: [
    { role: 'user', content: 'one' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'two' },
        { type: 'text', text: ' ' },
      ],
    },
    { role: 'system', content: 'brief' },
    { role: 'assistant', content: 'three', tool_calls: [call('{"a": "b"}')] },
    { role: 'tool', tool_call_id: 'a', content: 'four' },
    { role: 'assistant', content: 'five \n' },
  ],
  tools: [{ type: 'function', function: { name: 'f', description: 'six' } }],
}
const texts = (...all: string[]) => all.map(text => ({ text }))
const use = { toolUse: { toolUseId: 'a', name: 'f', input: { a: 'b' } } }
const result = (...all: string[]) => ({ toolResult: { toolUseId: 'a', content: texts(...all) } })
const body = {
  system: texts('brief'),
  messages: [
    { role: 'user', content: texts('one', 'two') },
    { role: 'assistant', content: [...texts('three'), use] },
    { role: 'user', content: [result('four')] },
    { role: 'assistant', content: texts('five') },
  ],
  toolConfig: { tools: [{ toolSpec: { name: 'f', description: 'six' } }] },
}
const withTurn = (at: number, ...content: object[]) => ({
  ...body,
  messages: body.messages.map((turn, index) => (index === at ? { ...turn, content } : turn)),
})

describe('a text of the caller', () => {
  it('has five ways to be rewritten', () => {
    expect(rewrites.map(({ name }) => name)).toEqual(['hoist', 'merge', 'sanitise', 'trim', 'drop blank'])
  })

  it.each<[string, object]>([
    ['merged, hoisted, trimmed and without blanks', body],
    ['with instructions in front of the first turn', { ...withTurn(0, ...texts('brief', 'one', 'two')), system: [] }],
    ['with calls and results as text', withTurn(1, ...texts('three', '[Called the tool f with {"a": "b"}]'))],
    [
      'told in one turn',
      {
        ...body,
        messages: [
          {
            role: 'user',
            content: texts('User: one', 'User: two', 'Assistant: three', '{"a":"b"} four', 'Assistant: five \n'),
          },
        ],
      },
    ],
    ['in a prompt', { prompt: 'brief\n\nHuman: one\ntwo\n\nAssistant: three {"a":"b"} four\nfive \n', tools: 'six!' }],
  ])('is not lost %s', (_how, sent) => {
    expect(lostTexts(request, sent)).toEqual([])
  })

  it.each<[string, object, string[]]>([
    ['that is left out', withTurn(0, ...texts('one')), ['messages[1].content[0]: "two"']],
    ['that is cut', withTurn(0, ...texts('one', 'tw')), ['messages[1].content[0]: "two"']],
    ['that goes before an earlier one', withTurn(0, ...texts('two', 'one')), ['messages[1].content[0]: "two"']],
    ['that another said', withTurn(1, use), ['messages[3].content[0]: "three"']],
    ['that is trimmed where it need not be', withTurn(0, ...texts('one', 't')), ['messages[1].content[0]: "two"']],
    ['of a result', withTurn(2, result('(no output)')), ['messages[4].content[0]: "four"']],
    ['of instructions', { ...body, system: [] }, ['messages[2].content[0]: "brief"']],
    ['of arguments', withTurn(1, ...texts('three')), ['messages[3].tool_calls[0]: "{\\"a\\": \\"b\\"}"']],
    ['of a tool', { ...body, toolConfig: {} }, ['tools[0]: "six"']],
  ])('%s is lost', (_how, sent, lost) => {
    expect(lostTexts(request, sent)).toEqual(lost)
  })

  it('that is said twice must be heard twice', () => {
    const twice: BedrockChatRequest = {
      model: 'm',
      messages: [
        { role: 'user', content: 'a' },
        { role: 'user', content: 'a' },
      ],
    }
    expect(lostTexts(twice, { messages: [{ role: 'user', content: texts('a') }] })).toHaveLength(1)
    expect(lostTexts(twice, { messages: [{ role: 'user', content: texts('a', 'a') }] })).toEqual([])
  })
})

it('attachments are counted on either side', () => {
  const url = 'data:image/png;base64,AAAA'
  const seen: BedrockChatRequest = {
    model: 'm',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'image_url', image_url: { url } },
        ],
      },
      { role: 'user', content: [{ type: 'file', file: { file_data: url } }] },
      { role: 'assistant', content: null, tool_calls: [call('{"image":{}}')] },
    ],
  }
  expect(attachmentsIn(seen)).toBe(2)
  expect(
    mediaIn({
      messages: [
        {
          content: [
            { image: {} },
            { toolUse: { input: { image: {} } } },
            { toolResult: { content: [{ document: {} }] } },
          ],
        },
      ],
    }),
  ).toBe(2)
})
