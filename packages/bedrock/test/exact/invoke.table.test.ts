import { expect } from 'vitest'
import { sonnet45 } from '../a-call.ts'
import { commandR, lanes, llama3, llama4, nova, row, sonnet, titan, user } from './invoke-row.ts'
import { type RequestRow, requestRows } from './request-row.ts'

const tools = [{ type: 'function', function: { name: 'now' } }] as const
const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } } as const

const lane: readonly RequestRow[] = [
  {
    it: 'Titan Large, which Converse does not list, is invoked unasked',
    request: { model: titan },
    operations: ['invoke'],
  },
  { it: 'so is its stream', request: { model: titan, stream: true }, operations: ['invoke-stream'] },
  {
    it: 'an operator may try Converse with another Titan all the same',
    request: { model: 'amazon.titan-text-express-v1' },
    options: { lanes: { 'amazon.titan-text': 'converse' } },
  },
  { it: 'no other model is', request: { model: llama3 }, operations: ['converse'] },
  {
    it: 'the longest prefix decides',
    request: { model: llama3 },
    options: { lanes: { 'meta.llama3-8b': 'converse', 'meta.': 'invoke' } },
    operations: ['converse'],
  },
  {
    it: 'a profile goes by its base model',
    request: { model: llama4 },
    options: { lanes: { 'meta.llama4': 'invoke' } },
    operations: ['invoke'],
  },
  {
    it: 'a profile may be named by itself',
    request: { model: llama4 },
    options: { lanes: { 'us.meta.': 'invoke' } },
    operations: ['invoke'],
  },
  {
    it: 'tools are refused',
    request: { model: titan, tools: [...tools] },
    refuses: { param: 'tools', says: /InvokeModel.*text only; leave out tools/ },
  },
  ...[sonnet45, sonnet, nova, commandR].map(model =>
    row(
      `a schema is told in words, whatever Converse does for ${model}`,
      {
        model,
        messages: [user('Hi')],
        response_format: { type: 'json_schema', json_schema: { name: 'a', strict: true, schema: { type: 'object' } } },
      },
      { omits: ['tools', 'toolConfig', 'tool_choice'], drops: ['response_format.strict'] },
    ),
  ),
  row(
    'marks of the prompt cache, which no body is sent, are named',
    {
      model: sonnet45,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] }],
      prompt_caching: true,
    },
    { drops: ['cache_control', 'prompt_caching'] },
  ),
  row(
    'the words hold the schema',
    {
      model: sonnet,
      messages: [user('Hi')],
      response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } },
    },
    { sends: { system: expect.stringContaining('{"type":"object"}') } },
  ),
  {
    it: 'tools that must not be called are not missed',
    request: { model: titan, tools: [...tools], tool_choice: 'none' },
    operations: ['invoke'],
  },
  {
    it: 'functions are refused by their name',
    request: { model: titan, functions: [{ name: 'f' }] },
    refuses: { param: 'functions', says: /InvokeModel.*text only/ },
  },
  {
    it: 'functions that must not be called are not missed',
    request: { model: titan, functions: [{ name: 'f' }], function_call: 'none' },
    operations: ['invoke'],
  },
  {
    it: 'a search of the web is refused by its name',
    request: { model: nova, web_search_options: {} },
    options: lanes,
    refuses: { param: 'web_search_options', says: /InvokeModel.*text only/ },
  },
  ...['us.anthropic.claude-sonnet-4-5-20250929-v1:0', sonnet, nova, 'qwen.qwen3-32b-v1:0'].map(
    (model): RequestRow => ({
      it: `a schema is told ${model} in words`,
      request: {
        model,
        messages: [user('a')],
        response_format: { type: 'json_schema', json_schema: { name: 'b', schema: { type: 'object' }, strict: true } },
      },
      options: lanes,
      operations: ['invoke'],
      drops: ['response_format.strict'],
    }),
  ),
  {
    it: 'marks of the prompt cache are left out and named',
    request: {
      model: sonnet,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] }],
    },
    options: lanes,
    operations: ['invoke'],
    drops: ['cache_control'],
  },
  {
    it: 'marks are named for a model that takes them over Converse',
    request: {
      model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] }],
      prompt_caching: true,
    },
    options: lanes,
    operations: ['invoke'],
    drops: ['cache_control', 'prompt_caching'],
  },
  {
    it: 'a budget to think with leaves room for the answer, where a cap must be set',
    request: {
      model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      thinking: { type: 'enabled', budget_tokens: 5_000 },
    },
    options: lanes,
    operations: ['invoke'],
    sends: { max_tokens: 9_096, thinking: { type: 'enabled', budget_tokens: 5_000 } },
  },
  {
    it: 'media are refused by their place',
    request: { model: titan, messages: [user('a'), { role: 'user', content: [{ type: 'text', text: 'b' }, picture] }] },
    refuses: { param: 'messages[1].content[1]', says: /text only/ },
  },
  {
    it: 'earlier calls and results of tools are told as text',
    request: {
      model: titan,
      messages: [
        user('a'),
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'x', type: 'function', function: { name: 'now', arguments: '{"z":1}' } }],
        },
        { role: 'tool', tool_call_id: 'x', content: 'noon' },
      ],
    },
    operations: ['invoke'],
    sends: { inputText: 'User: a\nBot: [Called the tool now with {"z":1}]\nUser: [The tool now returned]\nnoon\nBot:' },
  },
  {
    it: 'a guardrail that no header can hold is refused',
    request: { model: titan, guardrail_config: { guardrailIdentifier: 'a\r\nb', guardrailVersion: '1' } },
    refuses: { param: 'guardrail_config.guardrailIdentifier', says: /no header takes/ },
  },
  {
    it: 'a latency that no header tells is refused',
    request: { model: titan, performance_config: { latency: 'warp' } },
    refuses: { param: 'performance_config.latency', says: /'standard' or 'optimized'/ },
  },
  {
    it: 'so is such a trace',
    request: { model: titan, guardrail_config: { guardrailIdentifier: 'gr-1', guardrailVersion: '1', trace: 'yes' } },
    refuses: { param: 'guardrail_config.trace', says: /'enabled' or 'disabled' or 'enabled_full'/ },
  },
  {
    it: 'a guardrail without a version is refused',
    request: { model: titan, guardrail_config: { guardrailIdentifier: 'gr-1' } },
    refuses: { param: 'guardrail_config.guardrailVersion', says: /is missing/ },
  },
]

/** Larger than any native body takes, and so refused with the whole call. */
requestRows('InvokeModel: what goes that way', lane)
