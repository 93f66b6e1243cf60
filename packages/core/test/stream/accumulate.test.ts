import { describe, expect, it } from 'vitest'
import { createAccumulator } from '../../src/stream/accumulate.ts'
import type { ChatCompletionChunk } from '../../src/wire/chat-chunk.ts'
import type { ChatCompletion } from '../../src/wire/chat-completion.ts'
import { chunkOf, usageChunk } from '../support/chunks.ts'

function completionOf(...chunks: readonly ChatCompletionChunk[]): ChatCompletion {
  const accumulator = createAccumulator()
  for (const chunk of chunks) accumulator.add(chunk)
  return accumulator.completion()
}
const messageOf = (...chunks: readonly ChatCompletionChunk[]) => completionOf(...chunks).choices[0]?.message

describe('createAccumulator', () => {
  it('keeps what was thought as `reasoning`, as vLLM and OpenRouter name it, under the name that is ours', () => {
    const thought = (delta: object) => chunkOf(JSON.parse(JSON.stringify(delta)))
    const chunks = [
      thought({ reasoning: 'Let ' }),
      thought({ reasoning: 'me', reasoning_content: 'me' }),
      thought({ reasoning: null }),
    ]
    const message = messageOf(...chunks, chunkOf({ content: 'Hi' }, 'stop'))
    expect(message).toEqual({ role: 'assistant', content: 'Hi', refusal: null, reasoning_content: 'Let me' })
  })

  it('puts text together, under the id, time and model that all chunks share', () => {
    expect(
      completionOf(
        chunkOf({ role: 'assistant', content: '' }),
        chunkOf({ content: 'Hel' }),
        chunkOf({ content: 'lo' }),
        chunkOf({}, 'stop'),
        usageChunk,
      ),
    ).toEqual({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'served-model',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello', refusal: null },
          finish_reason: 'stop',
          logprobs: null,
        },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    })
  })

  it('is an empty completion before the first chunk, without usage', () => {
    expect(completionOf()).toEqual({ id: '', object: 'chat.completion', created: 0, model: '', choices: [] })
  })

  it('keeps the last usage told: some upstreams count along', () => {
    const counted = (completion_tokens: number): ChatCompletionChunk => ({
      ...chunkOf({ content: 'a' }),
      usage: { prompt_tokens: 1, completion_tokens, total_tokens: completion_tokens + 1 },
    })
    expect(completionOf(counted(1), counted(2), { ...chunkOf({}, 'stop'), usage: null }).usage?.completion_tokens).toBe(
      2,
    )
  })

  it('puts parallel tool calls together whose pieces come interleaved', () => {
    const message = messageOf(
      chunkOf({
        tool_calls: [{ index: 0, id: 'call_a', type: 'function', function: { name: 'weather', arguments: '' } }],
      }),
      chunkOf({
        tool_calls: [{ index: 1, id: 'call_b', type: 'function', function: { name: 'time', arguments: '{"z' } }],
      }),
      chunkOf({
        tool_calls: [
          { index: 0, function: { arguments: '{"city":' } },
          { index: 1, function: { arguments: 'one":1}' } },
        ],
      }),
      chunkOf({ tool_calls: [{ index: 0, function: { arguments: '"Rome"}' } }] }),
      chunkOf({}, 'tool_calls'),
    )
    expect(message).toEqual({
      role: 'assistant',
      content: null,
      refusal: null,
      tool_calls: [
        { id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
        { id: 'call_b', type: 'function', function: { name: 'time', arguments: '{"zone":1}' } },
      ],
    })
  })

  it('tells calls apart that all have the number 0, as Gemini sends them', () => {
    const call = (id: string, city: string) => ({
      index: 0,
      id,
      type: 'function' as const,
      function: { name: 'weather', arguments: `{"city":"${city}"}` },
    })
    const message = messageOf(
      chunkOf({ tool_calls: [call('a', 'Paris')] }),
      chunkOf({ tool_calls: [call('b', 'Rome')] }),
    )
    expect(message?.tool_calls).toEqual([
      { id: 'a', type: 'function', function: { name: 'weather', arguments: '{"city":"Paris"}' } },
      { id: 'b', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
    ])
  })

  it('leaves no hole where an upstream counts its tool calls from one', () => {
    const message = messageOf(
      chunkOf({ tool_calls: [{ index: 1, id: 'call_a', function: { name: 'f', arguments: '{}' } }] }),
    )
    expect(message?.tool_calls).toEqual([{ id: 'call_a', type: 'function', function: { name: 'f', arguments: '{}' } }])
  })

  it('keeps custom tool calls as such', () => {
    const message = messageOf(
      chunkOf({ tool_calls: [{ index: 0, id: 'call_a', type: 'custom', custom: { name: 'sql', input: 'select' } }] }),
      chunkOf({ tool_calls: [{ index: 0, custom: { input: ' 1' } }] }),
    )
    expect(message?.tool_calls).toEqual([{ id: 'call_a', type: 'custom', custom: { name: 'sql', input: 'select 1' } }])
  })

  it('puts reasoning and thinking blocks together, signatures as they came', () => {
    const message = messageOf(
      chunkOf({ reasoning_content: 'Let ', thinking_blocks: [{ type: 'thinking', thinking: 'Let ' }] }),
      chunkOf({ reasoning_content: 'me.', thinking_blocks: [{ type: 'thinking', thinking: 'me.' }] }),
      chunkOf({ thinking_blocks: [{ type: 'thinking', thinking: '', signature: 'sig-1' }] }),
      chunkOf({ thinking_blocks: [{ type: 'redacted_thinking', data: 'AAAA' }] }),
      chunkOf({ thinking_blocks: [{ type: 'thinking', thinking: 'More.', signature: 'sig-2' }] }),
      chunkOf({ content: 'Done.' }, 'stop'),
    )
    expect(message).toMatchObject({
      content: 'Done.',
      reasoning_content: 'Let me.',
      thinking_blocks: [
        { type: 'thinking', thinking: 'Let me.', signature: 'sig-1' },
        { type: 'redacted_thinking', data: 'AAAA' },
        { type: 'thinking', thinking: 'More.', signature: 'sig-2' },
      ],
    })
  })

  it('keeps numbered thinking blocks apart, unsigned and interleaved ones too, without their numbers', () => {
    const piece = (index: number, thinking: string, signature?: string) =>
      chunkOf({ thinking_blocks: [{ type: 'thinking', thinking, ...(signature && { signature }), index }] })
    const message = messageOf(
      piece(0, 'a'),
      piece(1, 'b'),
      piece(0, 'A'),
      piece(1, '', 'sig'),
      piece(1, '', 'nature'),
      chunkOf({ thinking_blocks: [{ type: 'redacted_thinking', data: 'AAAA', index: 2 }] }),
      chunkOf({ thinking_blocks: [{ type: 'redacted_thinking', data: 'BBBB', index: 3 }] }),
    )
    expect(message?.thinking_blocks).toEqual([
      { type: 'thinking', thinking: 'aA' },
      { type: 'thinking', thinking: 'b', signature: 'signature' },
      { type: 'redacted_thinking', data: 'AAAA' },
      { type: 'redacted_thinking', data: 'BBBB' },
    ])
  })

  it('gathers annotations, and keeps what a provider says of how the answer came about', () => {
    const cited = (url: string) => ({
      type: 'url_citation' as const,
      url_citation: { url, title: url, start_index: 0, end_index: 1 },
    })
    const completion = completionOf(
      chunkOf({ content: 'a', annotations: [cited('https://a.example')] }),
      chunkOf({ annotations: [cited('https://b.example')] }, 'stop'),
      { ...usageChunk, trace: { promptRouter: { invokedModelId: 'm' } } },
    )
    expect(completion.choices[0]?.message.annotations).toEqual([cited('https://a.example'), cited('https://b.example')])
    expect(completion.trace).toEqual({ promptRouter: { invokedModelId: 'm' } })
  })

  it('keeps the n answers apart, in order of their index', () => {
    const { choices } = completionOf(
      chunkOf({ content: 'b' }, null, 1),
      chunkOf({ content: 'a' }, null, 0),
      chunkOf({ content: 'B' }, 'length', 1),
      chunkOf({ content: 'A' }, 'stop', 0),
    )
    expect(choices.map(({ index, message, finish_reason }) => [index, message.content, finish_reason])).toEqual([
      [0, 'aA', 'stop'],
      [1, 'bB', 'length'],
    ])
  })

  it('keeps a refusal apart from content', () => {
    expect(messageOf(chunkOf({ refusal: 'I ' }), chunkOf({ refusal: "can't." }, 'stop'))).toEqual({
      role: 'assistant',
      content: null,
      refusal: "I can't.",
    })
  })

  it('keeps a tool call whose index is absurd, and walks no list of that length', () => {
    const message = messageOf(
      chunkOf({ tool_calls: [{ index: 2_000_000_000, id: 'far', function: { name: 'f', arguments: '{}' } }] }),
      chunkOf({ tool_calls: [{ index: 1, id: 'near', function: { name: 'g', arguments: '{}' } }] }),
    )
    expect(message?.tool_calls?.map(({ id }) => id)).toEqual(['near', 'far'])
  })

  it('puts a call of the deprecated functions together', () => {
    const message = messageOf(
      chunkOf({ function_call: { name: 'f', arguments: '' } }),
      chunkOf({ function_call: { arguments: '{"a"' } }),
      chunkOf({ function_call: { arguments: ':1}' } }, 'function_call'),
    )
    expect(message?.function_call).toEqual({ name: 'f', arguments: '{"a":1}' })
  })

  it('puts a spoken answer together', () => {
    const message = messageOf(
      chunkOf({ audio: { id: 'audio_1', transcript: 'Hel' } }),
      chunkOf({ audio: { data: 'AAAA', transcript: 'lo' } }),
      chunkOf({ audio: { data: 'BBBB', expires_at: 1_800_000_000 } }, 'stop'),
    )
    expect(message?.audio).toEqual({
      id: 'audio_1',
      data: 'AAAABBBB',
      transcript: 'Hello',
      expires_at: 1_800_000_000,
    })
  })

  it('joins log probabilities, and keeps what tells the server and the tier', () => {
    const token = (text: string) => ({ token: text, bytes: null, logprob: -1, top_logprobs: [] })
    const withLogprobs = (text: string) => {
      const chunk = chunkOf({ content: text })
      const choices = chunk.choices.map(choice => ({ ...choice, logprobs: { content: [token(text)], refusal: null } }))
      return { ...chunk, choices, service_tier: 'flex' as const, system_fingerprint: 'fp_1' }
    }
    const completion = completionOf(withLogprobs('a'), chunkOf({ content: '-' }), withLogprobs('b'))
    expect(completion.choices[0]?.logprobs).toEqual({ content: [token('a'), token('b')], refusal: null })
    expect(completion).toMatchObject({ service_tier: 'flex', system_fingerprint: 'fp_1' })
  })

  it('can be asked in between, and goes on', () => {
    const accumulator = createAccumulator()
    accumulator.add(chunkOf({ content: 'a' }))
    expect(accumulator.completion().choices[0]?.message.content).toBe('a')
    accumulator.add(chunkOf({ content: 'b' }))
    expect(accumulator.completion().choices[0]?.message.content).toBe('ab')
  })
})
