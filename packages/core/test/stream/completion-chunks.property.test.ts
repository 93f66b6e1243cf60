import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAccumulator } from '../../src/stream/accumulate.ts'
import { chunksOfCompletion } from '../../src/stream/completion-chunks.ts'
import { hasContent } from '../../src/stream/has-content.ts'
import type { ChatCompletion, ChatCompletionMessage } from '../../src/wire/chat-completion.ts'

const text = fc.string({ unit: 'binary', minLength: 1 })
const usage = fc
  .record({ prompt_tokens: fc.nat(), completion_tokens: fc.nat() })
  .map(counts => ({ ...counts, total_tokens: counts.prompt_tokens + counts.completion_tokens }))

const toolCall = fc.oneof(
  fc.record({ id: text, type: fc.constant('function' as const), function: fc.record({ name: text, arguments: text }) }),
  fc.record({ id: text, type: fc.constant('custom' as const), custom: fc.record({ name: text, input: text }) }),
)
const thinking = fc.oneof(
  fc.record({ type: fc.constant('thinking' as const), thinking: text, signature: text }),
  fc.record({ type: fc.constant('redacted_thinking' as const), data: text }),
)
const message: fc.Arbitrary<ChatCompletionMessage> = fc
  .record(
    {
      content: fc.option(text),
      refusal: fc.option(text),
      tool_calls: fc.array(toolCall, { minLength: 1, maxLength: 3 }),
      thinking_blocks: fc.array(thinking, { minLength: 1, maxLength: 3 }),
      reasoning_content: text,
      function_call: fc.record({ name: text, arguments: text }),
      audio: fc.record({ id: text, data: text, transcript: text, expires_at: fc.nat() }),
    },
    { requiredKeys: ['content', 'refusal'] },
  )
  .map(said => ({ role: 'assistant' as const, ...said }))

const logprob = fc.record({
  token: text,
  bytes: fc.option(fc.array(fc.nat(255))),
  logprob: fc.integer({ max: 0 }),
  top_logprobs: fc.constant([]).map(() => []),
})

const completion: fc.Arbitrary<ChatCompletion> = fc
  .record(
    {
      id: text,
      created: fc.nat(),
      model: text,
      choices: fc.array(
        fc.record({
          message,
          finish_reason: fc.constantFrom('stop' as const, 'length' as const, 'tool_calls' as const),
          logprobs: fc.option(fc.record({ content: fc.option(fc.array(logprob)), refusal: fc.constant(null) })),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      usage,
      service_tier: fc.constant('flex' as const),
      system_fingerprint: text,
      trace: fc.constant({ guardrail: 'none' }),
      additional_model_response_fields: fc.constant({ delta: { stop_sequence: '###' } }),
    },
    { requiredKeys: ['id', 'created', 'model', 'choices'] },
  )
  .map(({ choices, ...rest }) => ({
    ...rest,
    object: 'chat.completion' as const,
    choices: choices.map((choice, index) => ({ index, ...choice })),
  }))

describe('a completion as chunks', () => {
  it('is the same completion again once they are put together', () => {
    fc.assert(
      fc.property(completion, whole => {
        const accumulator = createAccumulator()
        for (const chunk of chunksOfCompletion(whole, { includeUsage: true })) accumulator.add(chunk)
        expect(accumulator.completion()).toEqual(whole)
      }),
    )
  })

  it('says all of an answer before its finish, and usage only where it is asked for', () => {
    fc.assert(
      fc.property(completion, fc.boolean(), (whole, includeUsage) => {
        const chunks = chunksOfCompletion(whole, { includeUsage })
        const told = chunks.filter(({ usage: used }) => used)
        expect(told.length).toBe(includeUsage && whole.usage ? 1 : 0)
        const heads = chunks.map(({ id, model, created, ...more }) => [
          id,
          model,
          created,
          more.service_tier,
          more.system_fingerprint,
        ])
        expect(new Set(heads.map(String)).size).toBe(1)
        expect(chunks.filter(hasContent).length).toBeGreaterThanOrEqual(whole.choices.length)
        for (const { index, finish_reason } of whole.choices) {
          const ends = chunks.flatMap(({ choices }) => choices).filter(choice => choice.index === index)
          expect(ends.map(end => end.finish_reason)).toEqual([null, finish_reason])
        }
      }),
    )
  })
})
