import { isGatewayError } from '@modelgate/core'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aChat, aRig, chunksOf, type Rig } from './a-call.ts'

/** One of each family that the simulator tells apart. */
const models = [
  'anthropic.claude-v2:1',
  'anthropic.claude-3-haiku-20240307-v1:0',
  'us.anthropic.claude-3-5-haiku-20241022-v1:0',
  'us.anthropic.claude-sonnet-4-20250514-v1:0',
  'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'us.anthropic.claude-sonnet-4-6',
  'us.anthropic.claude-opus-4-7',
  'us.anthropic.claude-opus-5-5',
  'us.anthropic.claude-sonnet-5-5',
  'amazon.nova-lite-v1:0',
  'us.amazon.nova-2-lite-v1:0',
  'amazon.titan-text-express-v1',
  'meta.llama3-1-8b-instruct-v1:0',
  'us.meta.llama3-3-70b-instruct-v1:0',
  'mistral.mistral-large-2402-v1:0',
  'mistral.mistral-large-3-675b-instruct',
  'cohere.command-r-v1:0',
  'ai21.jamba-1-5-mini-v1:0',
  'us.deepseek.r1-v1:0',
  'deepseek.v3-v1:0',
  'openai.gpt-oss-120b-1:0',
  'qwen.qwen3-32b-v1:0',
  'us.writer.palmyra-x5-v1:0',
]
const withoutTools = /claude-v2|titan|deepseek\.r1/

const mark = fc.constantFrom<object>({}, {}, { cache_control: { type: 'ephemeral', ttl: '1h' } })
const schema = fc.constantFrom<object>(
  { type: 'object', properties: { a: { type: 'integer', minimum: 1 } }, required: ['a'] },
  { type: 'object', properties: { a: { $ref: '#' } } },
  { type: 'object', additionalProperties: { type: 'string' } },
  { type: 'array', items: { type: 'object', properties: {} }, minItems: 2 },
  { anyOf: [{ type: 'string' }, { type: 'null' }] },
  {},
)
const format = fc.oneof(
  fc.constantFrom(undefined, { type: 'text' }, { type: 'json_object' }),
  fc.record({
    type: fc.constant('json_schema'),
    json_schema: fc.record({ name: fc.constantFrom('n', 'ä b'), schema, strict: fc.boolean() }),
  }),
)
const block = fc.constantFrom<object>(
  { type: 'thinking', thinking: 'Hm.', signature: 'RXJv' },
  { type: 'thinking', thinking: 'Hm.' },
  { type: 'redacted_thinking', data: 'RXJv' },
  { type: 'redacted_thinking', data: 'gAAAAABo' },
)
const call = { id: 'abcdefghi', type: 'function', function: { name: 'f', arguments: '{}' } }
const turn = fc.oneof(
  mark.map(marks => [{ role: 'user', content: [{ type: 'text', text: 'q', ...marks }] }]),
  mark.map(marks => [{ role: 'system', content: 's', ...marks }]),
  fc
    .tuple(fc.array(block, { maxLength: 2 }), fc.constantFrom('a', ' ', null), mark)
    .map(([blocks, content, marks]) => [
      { role: 'assistant', content: content ?? '', thinking_blocks: blocks, ...marks },
    ]),
  fc.tuple(fc.array(block, { maxLength: 2 }), mark).map(([blocks, marks]) => [
    { role: 'assistant', tool_calls: [call], thinking_blocks: blocks },
    { role: 'tool', tool_call_id: call.id, content: 'r', ...marks },
  ]),
)
const request = fc.record({
  model: fc.constantFrom(...models),
  messages: fc.array(turn, { minLength: 1, maxLength: 5 }).map(all => all.flat()),
  stream: fc.boolean(),
  response_format: format,
  reasoning_effort: fc.constantFrom(undefined, 'none', 'minimal', 'medium', 'high', 'xhigh', 'max'),
  thinking: fc.constantFrom<unknown>(
    undefined,
    undefined,
    undefined,
    { type: 'disabled' },
    { type: 'adaptive' },
    ...[1_024, 4_096, 9].map(budget_tokens => ({ type: 'enabled', budget_tokens })),
  ),
  max_tokens: fc.constantFrom(undefined, 1_000, 4_000),
  temperature: fc.constantFrom(undefined, 0, 1),
  top_p: fc.constantFrom(undefined, 0.5),
  top_k: fc.constantFrom(undefined, 5),
  tools: fc.array(mark, { maxLength: 6 }),
  tool_choice: fc.constantFrom(undefined, 'auto', 'none', 'required', { type: 'function', function: { name: 'f' } }),
  prompt_caching: fc.constantFrom(undefined, true, { system: true, ttl: '1h' }),
})

const names = ['f', 'json_answer', 'a.b', 'c', 'd', 'e']

describe('formats, thinking and caching together', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await aRig()
  })
  beforeEach(() => rig.simulator.reset())
  afterAll(() => rig[Symbol.asyncDispose]())

  it('are refused before any call, or taken by Bedrock', async () => {
    let taken = 0
    await fc.assert(
      fc.asyncProperty(request, async ({ tools: marks, ...asked }) => {
        rig.simulator.reset()
        const tools = marks.map((more, index) => ({
          type: 'function',
          function: { name: names[index], strict: true },
          ...more,
        }))
        const offered = withoutTools.test(asked.model) ? {} : { tools, tool_choice: asked.tool_choice }
        const given = Object.entries({ ...asked, tool_choice: undefined, ...offered }).filter(
          ([, value]) => value !== undefined,
        )
        try {
          const result = await rig.chat(aChat(Object.fromEntries(given)))
          if (result.kind === 'stream') await chunksOf(result)
          taken++
        } catch (error) {
          if (!isGatewayError(error)) throw error
          const broken = rig.simulator.requests().map(({ rule, body }) => `${rule} ${body}`)
          expect({ code: error.code, broken }).toEqual({ code: 'invalid_request', broken: [] })
        }
      }),
      { numRuns: 600 },
    )
    expect(taken).toBeGreaterThan(300)
  })
})
