import { describe, expect, it } from 'vitest'
import { toEvents } from '../src/answer/answer-events.ts'
import { toChatCompletion } from '../src/answer/converse-response.ts'
import { toFinishReason } from '../src/answer/stop-reason.ts'
import { createStreamTranslator } from '../src/answer/stream.ts'
import { toUsage } from '../src/answer/usage.ts'
import { createToolNames } from '../src/tools/tool-names.ts'
import type { AnswerBlock, ConverseAnswer } from '../src/wire/converse-answer-wire.ts'

const head = { id: 'chatcmpl-r', created: 1_700_000_000, model: 'm', toolNames: createToolNames(['files/read']) }
const answer = (content: readonly AnswerBlock[], more: Partial<ConverseAnswer> = {}): ConverseAnswer => ({
  output: { message: { content } },
  stopReason: 'end_turn',
  ...more,
})
const messageOf = (content: readonly AnswerBlock[]) => toChatCompletion(answer(content), head).choices[0]?.message

describe('an answer', () => {
  it('is one choice under the response model', () => {
    expect(toChatCompletion(answer([{ text: 'Hi' }]), head)).toEqual({
      id: 'chatcmpl-r',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'm',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hi', refusal: null },
          finish_reason: 'stop',
          logprobs: null,
        },
      ],
    })
  })

  it('joins texts without a separator, beside tool calls too', () => {
    const message = messageOf([
      { text: 'a' },
      { toolUse: { toolUseId: 't', name: 'f', input: { x: 1 } } },
      { text: 'b' },
    ])
    expect(message?.content).toBe('ab')
    expect(message?.tool_calls).toEqual([{ id: 't', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }])
  })

  it('has null content when it only called tools', () => {
    expect(messageOf([{ toolUse: { toolUseId: 't', name: 'f', input: {} } }])?.content).toBeNull()
  })

  it.each([
    ['no input', undefined, '{}'],
    ['an empty input', {}, '{}'],
    ['a nested one', { a: [1, { b: null }] }, '{"a":[1,{"b":null}]}'],
  ])('gives arguments as JSON text for %s', (_name, input, expected) => {
    const calls = messageOf([{ toolUse: { toolUseId: 't', name: 'f', input } }])?.tool_calls
    expect(calls?.[0]).toMatchObject({ function: { arguments: expected } })
  })

  it("gives a sanitised tool its caller's name back, and an id where there is none", () => {
    const [call] = messageOf([{ toolUse: { toolUseId: '', name: 'files_read', input: {} } }])?.tool_calls ?? []
    expect(call).toMatchObject({ type: 'function', function: { name: 'files/read' } })
    expect(call?.id).toMatch(/^call_/)
  })

  it('keeps reasoning out of the content, and its blocks apart', () => {
    const message = messageOf([
      { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'sig' } } },
      { reasoningContent: { redactedContent: 'AAA=' } },
      { text: 'Yes.' },
    ])
    expect(message).toMatchObject({
      content: 'Yes.',
      reasoning_content: 'Hm.',
      thinking_blocks: [
        { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
        { type: 'redacted_thinking', data: 'AAA=' },
      ],
    })
  })

  it('shows the text of cited content', () => {
    expect(messageOf([{ citationsContent: { content: [{ text: 'As ' }, { text: 'cited.' }] } }])?.content).toBe(
      'As cited.',
    )
  })

  it('hides tools that Bedrock ran itself', () => {
    const own = { toolUseId: 's', name: 'nova_grounding', input: {}, type: 'server_tool_use' }
    const completion = toChatCompletion(answer([{ toolUse: own }, { text: 'x' }], { stopReason: 'tool_use' }), head)
    expect(completion.choices[0]).toMatchObject({ message: { content: 'x' }, finish_reason: 'stop' })
    expect(completion.choices[0]?.message.tool_calls).toBeUndefined()
  })

  it.each([{}, { output: null }, { output: { message: null } }, { output: { message: { content: null } } }])(
    'without a message is a bad response: %j',
    broken => {
      expect(() => toChatCompletion(broken, head)).toThrow('without a message')
      expect(() => toEvents(broken)).toThrow('without a message')
    },
  )

  it('names the tier that served', () => {
    const tiered = answer([{ text: 'x' }], { serviceTier: { type: 'priority' } })
    expect(toChatCompletion(tiered, head).service_tier).toBe('priority')
    expect('service_tier' in toChatCompletion(answer([], { serviceTier: { type: 'reserved' } }), head)).toBe(false)
  })

  it('replayed as events says the same', () => {
    const whole = answer(
      [
        { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'sig' } } },
        { text: 'Looking.' },
        { toolUse: { toolUseId: 't1', name: 'files_read', input: { path: 'a' } } },
        { toolUse: { toolUseId: 't2', name: 'now' } },
      ],
      { stopReason: 'tool_use', usage: { inputTokens: 4, outputTokens: 5, totalTokens: 9 } },
    )
    const translator = createStreamTranslator({ head, includeUsage: true })
    const chunks = toEvents(whole).flatMap(event => translator.translate(event))
    const deltas = chunks.flatMap(chunk => chunk.choices.map(choice => choice.delta))
    const completion = toChatCompletion(whole, head)
    const message = completion.choices[0]?.message
    expect(deltas.map(delta => delta.content ?? '').join('')).toBe(message?.content)
    expect(deltas.map(delta => delta.reasoning_content ?? '').join('')).toBe(message?.reasoning_content)
    const calls = deltas.flatMap(delta => delta.tool_calls ?? [])
    const argumentsOf = (index: number) =>
      calls
        .filter(call => call.index === index)
        .map(call => call.function?.arguments ?? '')
        .join('')
    expect([argumentsOf(0), argumentsOf(1)]).toEqual(['{"path":"a"}', '{}'])
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('tool_calls')
    expect(chunks.at(-1)?.usage).toEqual(completion.usage)
  })
})

describe('a stop reason', () => {
  it.each([
    ['end_turn', false, 'stop'],
    ['stop_sequence', false, 'stop'],
    ['max_tokens', false, 'length'],
    ['max_tokens', true, 'length'],
    ['model_context_window_exceeded', false, 'length'],
    ['tool_use', true, 'tool_calls'],
    ['tool_use', false, 'stop'],
    ['end_turn', true, 'tool_calls'],
    ['content_filtered', false, 'content_filter'],
    ['guardrail_intervened', true, 'content_filter'],
    ['malformed_model_output', false, 'stop'],
    ['malformed_tool_use', false, 'stop'],
    ['one_of_next_year', false, 'stop'],
    [undefined, false, 'stop'],
  ])('%s (tools called: %s) is %s', (stopReason, called, expected) => {
    expect(toFinishReason(stopReason, called)).toBe(expected)
  })
})

describe('usage', () => {
  it.each([
    [
      'a cache write',
      { inputTokens: 2, cacheWriteInputTokens: 1322, outputTokens: 5, totalTokens: 1329 },
      [1324, 5, 1329],
    ],
    [
      'a cache read',
      { inputTokens: 433, cacheReadInputTokens: 2752, outputTokens: 16, totalTokens: 3201 },
      [3185, 16, 3201],
    ],
    ['no cache', { inputTokens: 3, outputTokens: 2, totalTokens: 5 }, [3, 2, 5]],
    ['nulls', { inputTokens: null, outputTokens: 2, cacheReadInputTokens: null }, [0, 2, 2]],
  ])('with %s sums up as recorded', (_name, usage, expected) => {
    const converted = toUsage(usage)
    expect([converted?.prompt_tokens, converted?.completion_tokens, converted?.total_tokens]).toEqual(expected)
  })

  it('names cached and written tokens apart, and only what was reported', () => {
    expect(
      toUsage({ inputTokens: 1, cacheReadInputTokens: 0, cacheWriteInputTokens: 7 })?.prompt_tokens_details,
    ).toEqual({
      cached_tokens: 0,
      cache_write_tokens: 7,
    })
    expect(toUsage({ inputTokens: 1 })).not.toHaveProperty('prompt_tokens_details')
  })

  it('is undefined when nothing was reported', () => {
    expect(toUsage(null)).toBeUndefined()
    expect(toUsage(undefined)).toBeUndefined()
  })
})

describe('an answer that Bedrock could not read', () => {
  it('is paid for all the same', () => {
    const answer = {
      output: { message: { content: [] } },
      stopReason: 'malformed_tool_use',
      usage: { inputTokens: 3, outputTokens: 2 },
    }
    const head = { id: 'chatcmpl-1', created: 0, model: 'm', toolNames: createToolNames([]) }
    let failure: unknown
    try {
      toChatCompletion(answer, head)
    } catch (error) {
      failure = error
    }
    expect(failure).toMatchObject({ code: 'upstream_bad_response', usage: { prompt_tokens: 3, completion_tokens: 2 } })
  })
})
