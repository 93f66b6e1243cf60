import type { ChatCompletionRequest } from '@modelgate/core'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BedrockChatRequest } from '../src/index.ts'
import { aChat, aRig, type Rig } from './a-call.ts'

let rig: Rig
beforeAll(async () => {
  rig = await aRig({ sendMetadata: true })
})
beforeEach(() => rig.simulator.reset())
afterAll(() => rig[Symbol.asyncDispose]())

/** One of each family that takes tools. */
const models = [
  'us.anthropic.claude-3-5-haiku-20241022-v1:0',
  'us.anthropic.claude-sonnet-4-20250514-v1:0',
  'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'us.anthropic.claude-sonnet-4-6',
  'us.anthropic.claude-sonnet-5',
  'us.anthropic.claude-opus-5-5',
  'us.amazon.nova-lite-v1:0',
  'us.amazon.nova-2-lite-v1:0',
  'us.meta.llama3-1-8b-instruct-v1:0',
  'mistral.mistral-large-2407-v1:0',
  'cohere.command-r-v1:0',
  'ai21.jamba-1-5-mini-v1:0',
  'qwen.qwen3-32b-v1:0',
  'openai.gpt-oss-120b-1:0',
  'us.writer.palmyra-x5-v1:0',
]
const number = (...values: number[]) => fc.constantFrom<number | null>(null, ...values)
const word = fc.oneof(fc.constantFrom('', ' ', '\n', 'END', 'ä', 'x'.repeat(300)), fc.string({ maxLength: 8 }))
const name = fc.constantFrom('f', 'g/h', 'f_', 'é', 'x'.repeat(70))
const pairs = fc.dictionary(word, word, { maxKeys: 20, noNullPrototype: true })
const tool = fc.oneof(
  name.map(of => ({ type: 'function' as const, function: { name: of, strict: true } })),
  name.map(of => ({ type: 'custom' as const, custom: { name: of } })),
)
const choice = fc.oneof(
  fc.constantFrom('auto' as const, 'none' as const, 'required' as const),
  name.map(of => ({ type: 'function' as const, function: { name: of } })),
)
const old = (of: string): ChatCompletionRequest['messages'] => [
  { role: 'user', content: 'a' },
  { role: 'assistant', content: null, function_call: { name: of, arguments: '{' } },
  { role: 'function', name: of, content: '1' },
]
const request: fc.Arbitrary<Partial<BedrockChatRequest>> = fc.record(
  {
    messages: name.map(old),
    stream: fc.boolean(),
    max_completion_tokens: number(1, 100, 5_000),
    temperature: number(0, 0.5, 1, 1.5, 2),
    top_p: number(0, 0.5, 1),
    top_k: number(0, 5),
    stop: fc.array(word, { maxLength: 12 }),
    frequency_penalty: number(-2, 0, 0.5, 2),
    seed: number(0, 7),
    n: number(1, 2),
    user: word,
    metadata: pairs,
    request_metadata: pairs,
    service_tier: fc.constantFrom('auto', 'flex', 'scale'),
    reasoning_effort: fc.constantFrom('none', 'low', 'high'),
    tools: fc.array(tool, { maxLength: 3 }),
    tool_choice: choice,
    parallel_tool_calls: fc.boolean(),
    functions: fc.array(
      name.map(of => ({ name: of })),
      { maxLength: 2 },
    ),
    function_call: fc.constantFrom('auto', 'none'),
  },
  { requiredKeys: [] },
)

describe('whatever parameters and tools a request has', () => {
  it('it is refused before it goes upstream, or Bedrock takes it', async () => {
    let answered = 0
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...models), request, async (model, more) => {
        rig.simulator.reset()
        const call = aChat({ ...more, model })
        const before = structuredClone(call.request)
        try {
          const result = await rig.chat(call)
          if (result.kind === 'stream') for await (const { frames } of result.batches) expect(frames).toBeDefined()
          answered++
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_request', param: expect.any(String) as string })
          expect(rig.simulator.requests()).toHaveLength(0)
        }
        for (const { status } of rig.simulator.requests()) expect(status).toBe(200)
        expect(call.request).toEqual(before)
      }),
      { numRuns: 400 },
    )
    expect(answered).toBeGreaterThan(50)
  }, 60_000)
})
