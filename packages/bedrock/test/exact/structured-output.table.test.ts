import type { ChatCompletionRequest } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { capabilitiesOf } from '../../src/models/models.ts'
import { toConverseRequest } from '../../src/request/converse-request.ts'
import { sonnet45 } from '../a-call.ts'
import {
  answerTool,
  auto,
  forced,
  json,
  person,
  sonnet4,
  text,
  thinking,
  weather,
  weatherEntry,
  words,
} from './json-formats.ts'
import { type RequestRow, requestRows } from './request-row.ts'

const byTool: readonly RequestRow[] = [
  ...[
    undefined,
    sonnet4,
    'us.anthropic.claude-opus-4-7',
    'us.anthropic.claude-opus-4-8',
    'us.anthropic.claude-sonnet-5',
    'us.anthropic.claude-opus-5',
    'amazon.nova-lite-v1:0',
    'mistral.mistral-large-2402-v1:0',
  ].map(
    (model): RequestRow => ({
      it: `forces ${model ?? 'Claude 3.5 Haiku'} to call a tool with the schema`,
      request: { ...(model && { model }), ...json(person) },
      sends: { toolConfig: { tools: [answerTool(person)], toolChoice: forced } },
      omits: ['outputConfig', 'system', 'toolConfig.tools.0.toolSpec.strict'],
    }),
  ),
  ...[
    'us.meta.llama3-3-70b-instruct-v1:0',
    'cohere.command-r-v1:0',
    'ai21.jamba-1-5-mini-v1:0',
    'us.writer.palmyra-x4-v1:0',
    'openai.gpt-oss-120b-1:0',
    'us.anthropic.claude-sonnet-5-5',
    'us.anthropic.claude-opus-5-5',
  ].map(
    (model): RequestRow => ({
      it: `offers ${model} the tool and tells it to call it, since it cannot be forced`,
      request: { model, ...json(person) },
      sends: { toolConfig: { tools: [answerTool(person)] }, system: auto },
      omits: ['toolConfig.toolChoice', 'outputConfig'],
    }),
  ),
  {
    it: 'says that strictness was lost',
    request: json(person, { strict: true }),
    sends: { toolConfig: { toolChoice: forced } },
    drops: ['response_format.strict'],
  },
  {
    it: "takes the schema's description for the tool's",
    request: json(person, { description: 'A person.' }),
    sends: { toolConfig: { tools: [{ toolSpec: { name: 'json_answer', description: 'A person.' } }] } },
  },
  {
    it: 'leaves the model the choice between its tools and the answer',
    request: { ...json(person), tools: [weather] },
    sends: { toolConfig: { tools: [weatherEntry, answerTool(person)], toolChoice: { any: {} } } },
  },
  {
    it: 'leaves it the choice and tells it so where it cannot be forced',
    request: { model: 'us.meta.llama3-3-70b-instruct-v1:0', ...json(person), tools: [weather] },
    sends: { toolConfig: { tools: [weatherEntry, answerTool(person)] }, system: auto },
    omits: ['toolConfig.toolChoice'],
  },
  {
    it: 'leaves out the answer where the caller wants a tool called',
    request: { ...json(person), tools: [weather], tool_choice: 'required' },
    sends: { toolConfig: { tools: [weatherEntry], toolChoice: { any: {} } } },
  },
  {
    it: 'leaves out the answer where the caller names the tool to call',
    request: {
      ...json(person),
      tools: [weather],
      tool_choice: { type: 'function', function: { name: 'get_weather' } },
    },
    sends: { toolConfig: { tools: [weatherEntry], toolChoice: { tool: { name: 'get_weather' } } } },
  },
  {
    it: 'offers the answer alone where the caller wants no tool called',
    request: { ...json(person), tools: [weather], tool_choice: 'none' },
    sends: { toolConfig: { tools: [answerTool(person)], toolChoice: forced } },
  },
  {
    it: "never takes the name of the caller's tool",
    request: {
      ...json(person),
      tools: ['json_answer', 'json_answer_2'].map(name => ({ type: 'function', function: { name } })),
    },
    sends: {
      toolConfig: {
        tools: [
          { toolSpec: { ...weatherEntry.toolSpec, name: 'json_answer' } },
          { toolSpec: { ...weatherEntry.toolSpec, name: 'json_answer_2' } },
          { toolSpec: { ...answerTool(person).toolSpec, name: 'json_answer_3' } },
        ],
      },
    },
  },
  {
    it: 'never takes the name of a tool that was called earlier',
    request: {
      ...json(person),
      messages: [
        { role: 'user', content: 'Hello' },
        {
          role: 'assistant',
          tool_calls: [{ id: 'x', type: 'function', function: { name: 'json_answer', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'x', content: '1' },
      ],
    },
    sends: { toolConfig: { toolChoice: { tool: { name: 'json_answer_2' } } } },
  },
  {
    it: 'gives the type that a schema with properties leaves out',
    request: json({ properties: { a: text } }),
    sends: { toolConfig: { tools: [answerTool({ type: 'object', properties: { a: text } })] } },
  },
  ...[
    { type: 'array', items: text },
    { enum: ['a', 'b'] },
    { anyOf: [person, { type: 'null' }] },
    { type: 'object', properties: { 'Account Number': text, größe: { type: 'integer' } }, required: ['größe'] },
    // Claude refuses these at the root of a tool's schema.
    { type: 'object', properties: { a: text, b: text }, oneOf: [{ required: ['a'] }, { required: ['b'] }] },
  ].map(
    (schema): RequestRow => ({
      it: `wraps the root ${JSON.stringify(schema)} into an object`,
      request: json(schema),
      sends: {
        toolConfig: {
          tools: [
            answerTool({
              type: 'object',
              properties: { value: schema },
              required: ['value'],
              additionalProperties: false,
            }),
          ],
        },
      },
    }),
  ),
  {
    it: 'asks a model that streams no tools without streaming',
    request: { model: 'meta.llama3-1-8b-instruct-v1:0', stream: true, ...json(person) },
    sends: { toolConfig: { tools: [answerTool(person)] }, system: auto },
    operations: ['converse'],
  },
  {
    it: 'streams where the model streams tools',
    request: { stream: true, ...json(person) },
    sends: { toolConfig: { toolChoice: forced } },
  },
]

const byWords: readonly RequestRow[] = [
  ...[
    'us.deepseek.r1-v1:0',
    'meta.llama3-8b-instruct-v1:0',
    'us.meta.llama3-2-1b-instruct-v1:0',
    'ai21.jamba-instruct-v1:0',
    'anthropic.claude-v2:1',
  ].map(
    (model): RequestRow => ({
      it: `tells ${model}, which has no tools, the schema in words`,
      request: { model, ...json(person) },
      sends: words(person),
      omits: ['toolConfig', 'outputConfig'],
    }),
  ),
  ...['amazon.titan-text-express-v1', 'mistral.mistral-7b-instruct-v0:2', 'cohere.command-text-v14'].map(
    (model): RequestRow => ({
      it: `tells ${model}, which has no system prompt either, first thing in the user's turn`,
      request: { model, ...json(person) },
      sends: { messages: [{ role: 'user', content: [...words(person).system, { text: 'Hello there' }] }] },
      omits: ['toolConfig', 'outputConfig', 'system'],
    }),
  ),
  {
    it: 'forces the tool on Claude Opus 5 while it thinks, which takes that',
    request: { model: 'us.anthropic.claude-opus-5', reasoning_effort: 'low', ...json(person) },
    sends: { toolConfig: { tools: [answerTool(person)], toolChoice: forced } },
    omits: ['system'],
  },
  {
    it: 'tells Claude Opus 4.7 in words while it thinks, which refuses that',
    request: { model: 'us.anthropic.claude-opus-4-7', reasoning_effort: 'low', ...json(person) },
    sends: words(person),
    omits: ['toolConfig'],
  },
  {
    it: 'tells Claude in words while it thinks, since it cannot be forced then',
    request: { model: sonnet4, ...thinking, ...json(person) },
    sends: words(person),
    omits: ['toolConfig'],
  },
  {
    it: 'tells Claude in words while it thinks beside its tools',
    request: { model: sonnet4, ...thinking, ...json(person), tools: [weather] },
    sends: { ...words(person, ' You may call tools first.'), toolConfig: { tools: [weatherEntry] } },
  },
  {
    it: "tells the schema's description",
    request: { model: 'us.deepseek.r1-v1:0', ...json(person, { description: 'A person.' }) },
    sends: { system: [{ text: expect.stringContaining('\n\nIts purpose: A person.\n\n{') }] },
  },
]

requestRows('structured output by a tool', byTool)
requestRows('structured output in words', byWords)

describe('what reading the answer needs', () => {
  function rulesOf(request: Partial<ChatCompletionRequest>, model: string) {
    const messages: ChatCompletionRequest['messages'] = [{ role: 'user', content: 'a' }]
    const { rules } = toConverseRequest({ model, messages, ...request }, capabilitiesOf(model), new Set())
    const { toolNames: _names, toolKinds, ...others } = rules
    return { ...others, ...(toolKinds && { toolKinds: [...toolKinds] }) }
  }
  const kinds = [['json_answer', 'content']]

  it.each<[string, Partial<ChatCompletionRequest>, string, object]>([
    ['nothing for text', {}, sonnet4, {}],
    ['nothing for native output', json(person), sonnet45, {}],
    ['the tool that is content', json(person), sonnet4, { toolKinds: kinds }],
    ['that its root is wrapped', json({ type: 'array' }), sonnet4, { toolKinds: kinds, wrappedRoot: true }],
    ['fences where it is not forced', json(person), 'us.meta.llama3-3-70b', { toolKinds: kinds, stripFences: true }],
    [
      'fences where it was asked in words',
      { response_format: { type: 'json_object' } },
      sonnet45,
      { stripFences: true },
    ],
    [
      'nothing where a tool must be called',
      { ...json(person), tools: [weather], tool_choice: 'required' },
      sonnet4,
      {},
    ],
  ])('%s', (_name, request, model, rules) => {
    expect(rulesOf(request, model)).toEqual(rules)
  })
})
