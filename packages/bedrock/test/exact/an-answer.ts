import fc from 'fast-check'
import type { AnswerRules, ToolKind } from '../../src/answer/answer-rules.ts'
import { createToolNames } from '../../src/tools/tool-names.ts'
import type { AnswerBlock, ConverseAnswer } from '../../src/wire/converse-answer-wire.ts'

/** The tools of every generated request, by the kind in which their calls may come back. */
const toolsByKind: Readonly<Record<ToolKind, string>> = {
  function: 'files/read',
  custom: 'sql',
  function_call: 'legacy',
  content: 'json_answer',
}
const toolNames = createToolNames(Object.values(toolsByKind))

const unicode = fc.string({ unit: 'binary', minLength: 1 })
const text = fc.oneof(
  fc.constantFrom('"', '\\', '{"input":"', '😀', '\n'),
  fc.constantFrom('```json\n{"a":1}\n```', '```\n', '```', ' ', '\n```\n'),
  fc.string({ minLength: 1 }),
  unicode,
)
const base64 = fc.uint8Array({ minLength: 1, maxLength: 9 }).map(bytes => Buffer.from(bytes).toString('base64'))

const citation = fc.record(
  {
    title: fc.option(text),
    source: fc.option(fc.constantFrom('https://docs.example/a', 'kb-7', '')),
    location: fc.option(
      fc.record(
        { web: fc.record({ url: fc.webUrl(), domain: fc.domain() }, { requiredKeys: [] }) },
        { requiredKeys: [] },
      ),
    ),
  },
  { requiredKeys: [] },
)

const input = fc.oneof(
  { weight: 2, arbitrary: fc.record({ input: text }) },
  fc.constant({}),
  fc.record({ value: fc.jsonValue({ maxDepth: 2 }) }),
  fc.dictionary(fc.oneof(fc.constantFrom('input', 'value', 'a'), fc.string()), fc.jsonValue({ maxDepth: 2 }), {
    maxKeys: 3,
  }),
)
const toolUse = fc.record({
  toolUseId: fc.constantFrom('tooluse_1', 'tooluse_2', ''),
  name: fc.constantFrom(...Object.values(toolsByKind).map(toolNames.toWire), 'never_offered'),
  input,
})

const block: fc.Arbitrary<AnswerBlock> = fc.oneof(
  text.map(said => ({ text: said })),
  fc.constant({ text: '' }),
  fc.record({
    citationsContent: fc.record({
      content: fc.array(fc.record({ text }), { maxLength: 2 }),
      citations: fc.array(citation, { maxLength: 3 }),
    }),
  }),
  fc.record({ reasoningContent: fc.record({ reasoningText: fc.record({ text }) }) }),
  fc.record({ reasoningContent: fc.record({ reasoningText: fc.record({ text, signature: base64 }) }) }),
  fc.record({
    reasoningContent: fc.record({ reasoningText: fc.record({ text: fc.constant(''), signature: base64 }) }),
  }),
  base64.map(redactedContent => ({ reasoningContent: { redactedContent } })),
  { weight: 4, arbitrary: fc.record({ toolUse }) },
  toolUse.map(own => ({ toolUse: { ...own, type: 'server_tool_use' } })),
)

const count = fc.option(fc.nat({ max: 5_000 }))
const usage = fc.record(
  {
    inputTokens: count,
    outputTokens: count,
    totalTokens: count,
    cacheReadInputTokens: count,
    cacheWriteInputTokens: count,
    cacheDetails: fc.option(
      fc.array(fc.record({ ttl: fc.constantFrom('5m', '1h'), inputTokens: count }), { maxLength: 2 }),
    ),
  },
  { requiredKeys: [] },
)

const stopReason = fc.constantFrom(
  'end_turn',
  'stop_sequence',
  'max_tokens',
  'model_context_window_exceeded',
  'tool_use',
  'content_filtered',
  'guardrail_intervened',
  'malformed_model_output',
  'malformed_tool_use',
  'of_next_year',
)

/** Any answer that Converse can give. */
export const anAnswer: fc.Arbitrary<ConverseAnswer> = fc.record(
  {
    output: fc.record({ message: fc.record({ content: fc.array(block, { maxLength: 6 }) }) }),
    stopReason,
    usage: fc.option(usage),
    trace: fc.option(fc.record({ promptRouter: fc.record({ invokedModelId: text }) })),
    additionalModelResponseFields: fc.option(
      fc.oneof(fc.constant({}), fc.record({ delta: fc.record({ stop_sequence: fc.option(text) }) })),
    ),
  },
  { requiredKeys: ['output', 'stopReason'] },
)

/** Any rules that a request can make for its answer. */
export const answerRules: fc.Arbitrary<AnswerRules> = fc.record(
  {
    toolNames: fc.constant(toolNames),
    toolKinds: fc
      .subarray<ToolKind>(['custom', 'function_call', 'content'])
      .map(kinds => new Map(kinds.map(kind => [toolNames.toWire(toolsByKind[kind]), kind]))),
    oneToolCall: fc.boolean(),
    wrappedRoot: fc.constant(true),
    wrappedTools: fc.constant(
      new Set(['function', 'function_call'].map(kind => toolNames.toWire(toolsByKind[kind as ToolKind]))),
    ),
    stripFences: fc.constant(true),
  },
  { requiredKeys: ['toolNames', 'toolKinds', 'oneToolCall'] },
)
