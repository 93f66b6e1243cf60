import { describe, expect, it } from 'vitest'
import { isStorable } from '../../src/cache/storable.ts'
import { chunksOfCompletion } from '../../src/stream/completion-chunks.ts'
import { readKept } from '../../src/stream/kept-bytes.ts'
import { batchOfChunks } from '../../src/stream/sse.ts'
import { testCall } from '../../src/testing/index.ts'
import type { ChatCompletionChoice, ChatCompletionMessage, FinishReason } from '../../src/wire/chat-completion.ts'

const call = { id: 'call-1', type: 'function' as const, function: { name: 'weather', arguments: '{}' } }

function answer(
  finish_reason: FinishReason,
  message: Partial<ChatCompletionMessage> = {},
): Omit<ChatCompletionChoice, 'index'> {
  return { message: { role: 'assistant', content: 'Hello', refusal: null, ...message }, finish_reason, logprobs: null }
}

interface Asked {
  readonly n?: number | null
  readonly toolCalls?: boolean
}

/** As a whole answer and as a stream: both must say the same. */
function judge(answers: readonly Omit<ChatCompletionChoice, 'index'>[], { n, toolCalls = false }: Asked = {}): boolean {
  const choices = answers.map((choice, index) => ({ index, ...choice }))
  const completion = { id: 'c', object: 'chat.completion' as const, created: 1, model: 'm', choices }
  const asked = testCall('chat', { model: 'm', messages: [], ...(n !== undefined && { n }) })
  const whole = isStorable(asked, { kind: 'completion', completion: { value: completion } }, { toolCalls })
  const batches = chunksOfCompletion(completion, { includeUsage: false }).map(chunk => batchOfChunks([chunk]))
  expect(isStorable(asked, readKept({ kind: 'stream', batches }), { toolCalls })).toBe(whole)
  return whole
}

describe('an answer may be given again', () => {
  it('that the model ended itself, as often as was asked for', () => {
    expect(judge([answer('stop')])).toBe(true)
    expect(judge([answer('stop')], { n: null })).toBe(true)
    expect(judge([answer('stop'), answer('stop')], { n: 2 })).toBe(true)
  })

  it.each<[string, readonly Omit<ChatCompletionChoice, 'index'>[], Asked]>([
    ['cut', [answer('length')], {}],
    ['filtered', [answer('content_filter')], {}],
    ['one of two cut', [answer('stop'), answer('length')], { n: 2 }],
    ['one of two missing', [answer('stop')], { n: 2 }],
    ['more than asked for', [answer('stop'), answer('stop')], {}],
    ['none', [], {}],
    ['empty', [answer('stop', { content: '' })], {}],
    ['nothing', [answer('stop', { content: null })], {}],
    ['refused', [answer('stop', { refusal: 'No.' })], {}],
    ['spoken', [answer('stop', { audio: { id: 'a', data: '', transcript: '', expires_at: 1 } })], {}],
    ['a tool call', [answer('tool_calls', { content: null, tool_calls: [call] })], {}],
    ['a tool call that says stop', [answer('stop', { tool_calls: [call] })], {}],
    ['a function call', [answer('function_call', { content: null, function_call: call.function })], {}],
    ['a tool call without a tool', [answer('tool_calls')], { toolCalls: true }],
    ['a tool call that was cut', [answer('length', { tool_calls: [call] })], { toolCalls: true }],
  ])('but not: %s', (_, answers, asked) => {
    expect(judge(answers, asked)).toBe(false)
  })

  it('with its tool calls where these are wanted', () => {
    expect(judge([answer('tool_calls', { content: null, tool_calls: [call] })], { toolCalls: true })).toBe(true)
    expect(judge([answer('stop')], { toolCalls: true })).toBe(true)
  })

  it('but no stream of which an answer has no end', () => {
    const chunk = (delta: object, finish_reason: 'stop' | null) => ({
      id: 'c',
      object: 'chat.completion.chunk' as const,
      created: 1,
      model: 'm',
      choices: [{ index: 0, delta, finish_reason }],
    })
    const batches = [batchOfChunks([chunk({ content: 'Hello' }, null)])]
    const asked = testCall('chat', { model: 'm', messages: [] })
    expect(isStorable(asked, readKept({ kind: 'stream', batches }), { toolCalls: false })).toBe(false)
  })

  it.each([
    ['text', 1, true],
    [['a', 'b'], 2, true],
    [[1, 2, 3], 1, true],
    [[[1], [2]], 2, true],
    [['a', 'b'], 1, false],
  ])('of embeddings with a vector for each input: %j has %i', (input, vectors, expected) => {
    const data = Array.from({ length: vectors }, (_, index) => ({
      object: 'embedding' as const,
      index,
      embedding: [1],
    }))
    const usage = { prompt_tokens: 1, total_tokens: 1 }
    const embeddings = { value: { object: 'list' as const, model: 'm', data, usage } }
    const asked = testCall('embeddings', { model: 'm', input })
    expect(isStorable(asked, { kind: 'embeddings', embeddings }, { toolCalls: false })).toBe(expected)
  })
})
