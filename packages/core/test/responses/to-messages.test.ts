import { describe, expect, it } from 'vitest'
import { packThinking } from '../../src/responses/kept-thinking.ts'
import { toMessages } from '../../src/responses/to-messages.ts'
import type { InputItem } from '../../src/wire/responses-request.ts'
import type { ThinkingBlock } from '../../src/wire/thinking-block.ts'

const call = (call_id: string): InputItem => ({ type: 'function_call', call_id, name: 'f', arguments: '{}' })
const result = (call_id: string): InputItem => ({ type: 'function_call_output', call_id, output: 'x' })
const called = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } })
const picture = 'data:image/png;base64,AAAA'
const thought: readonly ThinkingBlock[] = [
  { type: 'thinking', thinking: 'Hm 🤔', signature: 's1' },
  { type: 'redacted_thinking', data: 'AAAA' },
]

function blocksOf(input: readonly InputItem[]): readonly ThinkingBlock[] {
  const { messages } = toMessages({ input })
  return messages.flatMap(message => ('thinking_blocks' in message ? (message.thinking_blocks ?? []) : []))
}

describe('the input of a response as messages', () => {
  it.each<[string, readonly InputItem[], unknown]>([
    ['a text', [{ role: 'user', content: 'hi' }], [{ role: 'user', content: 'hi' }]],
    [
      'one part of text as a text',
      [{ type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'be' }] }],
      [{ role: 'developer', content: 'be' }],
    ],
    [
      'parts of each kind',
      [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'hi' },
            { type: 'input_image', image_url: picture, detail: 'low' },
            { type: 'input_image', image_url: picture, detail: null },
            { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA', file_id: null },
            { type: 'input_file', file_id: 'file_1' },
            { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
          ],
        },
      ],
      [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'hi' },
            { type: 'image_url', image_url: { url: picture, detail: 'low' } },
            { type: 'image_url', image_url: { url: picture } },
            { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
            { type: 'file', file: { file_id: 'file_1' } },
            { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
          ],
        },
      ],
    ],
    [
      'thoughts, words and calls of one turn as one message',
      [
        { type: 'reasoning', encrypted_content: packThinking(thought) },
        { role: 'assistant', content: [{ type: 'output_text', text: 'Let me look.' }] },
        call('c1'),
        call('c2'),
        result('c1'),
        result('c2'),
      ],
      [
        {
          role: 'assistant',
          content: 'Let me look.',
          tool_calls: [called('c1'), called('c2')],
          thinking_blocks: thought,
        },
        { role: 'tool', tool_call_id: 'c1', content: 'x' },
        { role: 'tool', tool_call_id: 'c2', content: 'x' },
      ],
    ],
    [
      'turn by turn what had results in between',
      [call('c1'), result('c1'), call('c2'), result('c2')],
      [
        { role: 'assistant', content: null, tool_calls: [called('c1')] },
        { role: 'tool', tool_call_id: 'c1', content: 'x' },
        { role: 'assistant', content: null, tool_calls: [called('c2')] },
        { role: 'tool', tool_call_id: 'c2', content: 'x' },
      ],
    ],
    [
      'a custom call, and a result with a picture',
      [
        { type: 'custom_tool_call', call_id: 'c1', name: 'c', input: 'in' },
        {
          type: 'custom_tool_call_output',
          call_id: 'c1',
          output: [
            { type: 'input_text', text: 'see' },
            { type: 'input_image', image_url: picture },
          ],
        },
      ],
      [
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'custom', custom: { name: 'c', input: 'in' } }],
        },
        {
          role: 'tool',
          tool_call_id: 'c1',
          content: [
            { type: 'text', text: 'see' },
            { type: 'image_url', image_url: { url: picture } },
          ],
        },
      ],
    ],
    [
      'what the model declined',
      [{ role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] }],
      [{ role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] }],
    ],
    [
      'without the thoughts that another API has made, or that were spoilt',
      [
        { role: 'user', content: 'hi' },
        { type: 'reasoning', encrypted_content: 'gAAAA' },
        { type: 'reasoning', encrypted_content: null },
        { type: 'reasoning', encrypted_content: 'modelgate.!!!' },
        {
          type: 'reasoning',
          encrypted_content: `modelgate.${Buffer.from('[null,{"type":"thinking"}]').toString('base64url')}`,
        },
        { type: 'reasoning' },
        { role: 'user', content: 'ho' },
      ],
      [
        { role: 'user', content: 'hi' },
        { role: 'user', content: 'ho' },
      ],
    ],
    ['without what the model did not say', [{ role: 'assistant', content: [] }], []],
  ])('holds %s', (_what, input, messages) => {
    expect(toMessages({ input }).messages).toEqual(messages)
  })

  it('takes of packed thoughts what blocks are made of: nobody looked into them when the body was looked at', () => {
    const pack = (text: string): InputItem => ({
      type: 'reasoning',
      encrypted_content: `modelgate.${Buffer.from(text).toString('base64url')}`,
    })
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
    const strange = '{"type":"thinking","thinking":"t","signature":"s","__proto__":{"x":1},"y":'
    const input = [pack(`[${strange}${deep}},{"type":"redacted_thinking","data":"d","thinking":${deep}}]`)]
    expect(JSON.stringify(blocksOf(input))).toBe(
      '[{"type":"thinking","thinking":"t","signature":"s"},{"type":"redacted_thinking","data":"d"}]',
    )
  })

  it('takes as many packed thoughts as come', () => {
    const many = Array.from({ length: 200_000 }, () => thought[1]!)
    const input: InputItem[] = [{ type: 'reasoning', encrypted_content: packThinking(many) }]
    expect(blocksOf(input)).toHaveLength(many.length)
  })

  it('keeps the marks of a cache wherever they stand', () => {
    const cache_control = { type: 'ephemeral' }
    const marked = <T extends object>(value: T): T => ({ ...value, cache_control })
    const { messages } = toMessages({
      input: [
        marked<InputItem>({ role: 'user', content: 'hi' }),
        { role: 'user', content: [marked({ type: 'input_text' as const, text: 'hi' })] },
        marked<InputItem>({ role: 'assistant', content: [marked({ type: 'refusal' as const, refusal: 'No.' })] }),
        call('c1'),
        marked<InputItem>({ type: 'function_call_output', call_id: 'c1', output: 'x' }),
      ],
    })
    expect(messages).toEqual([
      { role: 'user', content: 'hi', cache_control },
      { role: 'user', content: [{ type: 'text', text: 'hi', cache_control }] },
      {
        role: 'assistant',
        content: [{ type: 'refusal', refusal: 'No.', cache_control }],
        tool_calls: [called('c1')],
        cache_control,
      },
      { role: 'tool', tool_call_id: 'c1', content: 'x', cache_control },
    ])
  })

  it('begins with the instructions', () => {
    const { messages, origins } = toMessages({ instructions: 'be', input: 'hi' })
    expect(messages.map(({ role, content }) => [role, content])).toEqual([
      ['system', 'be'],
      ['user', 'hi'],
    ])
    expect(origins.map(({ item }) => item)).toEqual(['instructions', 'input'])
  })

  it('takes 20,000 items without delay', () => {
    const input = Array.from({ length: 10_000 }, (_, index) => [call(`c${index}`), result(`c${index}`)]).flat()
    const { messages, origins } = toMessages({ input })
    expect([messages.length, origins.length]).toEqual([20_000, 20_000])
  })
})
