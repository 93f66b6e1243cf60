import type OpenAI from 'openai'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { startSimulator } from '../src/index.ts'
import type { JsonObject } from '../src/json.ts'
import { brokenResponseRule, RESPONSE_RULES } from '../src/openai/responses/response-rules.ts'
import type { RESPONSE_MEMBERS } from '../src/openai/responses/rules/parameter-rules.ts'
import { sealed } from '../src/openai/responses/sealed-reasoning.ts'

const user = { role: 'user', content: 'hi' }
const say = (rest: JsonObject): JsonObject => ({ model: 'gpt-4o', input: 'hi', ...rest })
const think = (rest: JsonObject): JsonObject => say({ model: 'gpt-5.6-sol', ...rest })
const input = (...items: readonly JsonObject[]) => say({ input: items })
const part = (type: string) => ({ type, text: 'hi' })
const call = { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' }
const output = { type: 'function_call_output', call_id: 'call_1', output: 'sunny' }
const custom = { type: 'custom_tool_call', call_id: 'call_2', name: 'patch', input: 'x' }
const tools = [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} }, strict: false }]
const loose = { type: 'object', properties: { a: { type: 'object' } }, required: ['a'], additionalProperties: false }

type Case = readonly [rule: string, body: JsonObject, param: string | undefined, says: string]

const CASES: readonly Case[] = [
  ...(
    [
      ['messages', 'input'],
      ['max_tokens', 'max_output_tokens'],
      ['max_completion_tokens', 'max_output_tokens'],
      ['reasoning_effort', 'reasoning.effort'],
      ['response_format', 'text.format'],
    ] as const
  ).map(
    ([name, place]): Case => [
      'moved-parameter',
      say({ [name]: 1 }),
      name,
      `Unsupported parameter: '${name}'. In the Responses API, this parameter has moved to '${place}'.`,
    ],
  ),
  ...['n', 'stop', 'seed', 'presence_penalty', 'frequency_penalty', 'logit_bias', 'logprobs', 'functions'].map(
    (name): Case => ['unknown-parameter', say({ [name]: null }), name, `Unknown parameter: '${name}'.`],
  ),
  [
    'unknown-parameter',
    say({ stream: true, stream_options: { include_usage: true } }),
    'stream_options.include_usage',
    "Unknown parameter: 'stream_options.include_usage'.",
  ],
  [
    'max-output-tokens',
    say({ max_output_tokens: 15 }),
    'max_output_tokens',
    'Expected a value >= 16, but got 15 instead.',
  ],
  ['member-type', say({ input: 5 }), 'input', "Invalid type for 'input': expected a string or an array of objects"],
  [
    'member-type',
    say({ max_output_tokens: '99' }),
    'max_output_tokens',
    'expected an integer, but got a string instead',
  ],
  ['member-type', say({ tools: {} }), 'tools', 'expected an array of objects, but got an object instead'],
  ['member-type', say({ stream: 'true' }), 'stream', 'expected a boolean, but got a string instead'],
  ['member-type', say({ metadata: { a: 1 } }), 'metadata.a', 'expected a string, but got an integer instead'],
  [
    'member-value',
    say({ tools, tool_choice: 'any' }),
    'tool_choice',
    "Invalid value: 'any'. Supported values are: 'none', 'auto', and 'required'.",
  ],
  ['member-value', think({ reasoning: { effort: 'huge' } }), 'reasoning.effort', "Invalid value: 'huge'."],
  ['member-value', think({ reasoning: { summary: true } }), 'reasoning.summary', "Invalid value: 'true'."],
  ['member-value', say({ text: { format: { type: 'json' } } }), 'text.format.type', "Invalid value: 'json'."],
  ['tool-type', say({ tools: [{ name: 'f', parameters: {} }] }), 'tools[0].type', 'Missing required parameter'],
  ['temperature', say({ temperature: 3 }), 'temperature', 'decimal above maximum value. Expected a value <= 2'],
  ['top_p', say({ top_p: -1 }), 'top_p', 'decimal below minimum value. Expected a value >= 0'],
  [
    'stream-options-without-stream',
    say({ stream_options: {} }),
    'stream_options',
    "only allowed when 'stream' is enabled",
  ],
  [
    'effort-none',
    say({ model: 'gpt-6.1-sol', reasoning: { effort: 'none' } }),
    'reasoning.effort',
    "Unsupported value: 'none' is not supported with the 'gpt-6.1-sol' model. Supported values are: 'low',",
  ],
  [
    'effort-without-reasoning',
    say({ reasoning: { effort: 'low' } }),
    'reasoning.effort',
    'not supported with this model',
  ],
  [
    'encrypted-without-reasoning',
    say({ include: ['reasoning.encrypted_content'] }),
    'include',
    'Encrypted content is not supported with this model.',
  ],
  [
    'temperature-reasoning',
    think({ temperature: 0 }),
    'temperature',
    "'temperature' is not supported with this model.",
  ],
  ['top_p-reasoning', think({ top_p: 0.5 }), 'top_p', "'top_p' is not supported with this model."],
  [
    'text-format',
    say({ text: { format: { type: 'json_schema', json_schema: { name: 'a', schema: {} } } } }),
    'text.format.name',
    "Missing required parameter: 'text.format.name'.",
  ],
  [
    'text-format',
    say({ text: { format: { type: 'json_schema', name: 'a', schema: loose, strict: true } } }),
    'text.format.schema',
    "Invalid schema for response_format 'a': In context=('properties', 'a'), 'additionalProperties' is required",
  ],
  [
    'text-format',
    say({ text: { format: { type: 'json_schema', name: 'a', schema: {}, json_schema: {} } } }),
    'text.format.json_schema',
    'Unknown parameter',
  ],
  ['json-word', say({ text: { format: { type: 'json_object' } } }), 'input', "must contain the word 'json'"],
  ['previous-response', say({ previous_response_id: 'resp_1' }), 'previous_response_id', "'resp_1' not found"],
  [
    'tool-name-missing',
    say({ tools: [{ type: 'function', function: { name: 'f' } }] }),
    'tools[0].name',
    "Missing required parameter: 'tools[0].name'.",
  ],
  [
    'tool-members',
    say({ tools: [{ ...tools[0], cache_control: {} }] }),
    'tools[0].cache_control',
    "Unknown parameter: 'tools[0].cache_control'.",
  ],
  [
    'tool-members',
    say({ tools: [{ type: 'custom', name: 'a', format: { type: 'grammar', grammar: {} } }] }),
    'tools[0].format.definition',
    'Missing required parameter',
  ],
  ['tool-name', say({ tools: [{ type: 'custom', name: 'a.b' }] }), 'tools[0].name', 'does not match pattern'],
  [
    'tool-schema',
    say({ tools: [{ type: 'function', name: 'f', parameters: loose, strict: true }] }),
    'tools[0].parameters',
    "Invalid schema for function 'f': In context=('properties', 'a')",
  ],
  ['tool-choice', say({ tool_choice: 'required' }), 'tool_choice', "must be specified with 'tools' parameter"],
  [
    'tool-choice',
    say({ tools, tool_choice: { type: 'function', function: { name: 'f' } } }),
    'tool_choice.name',
    "Missing required parameter: 'tool_choice.name'.",
  ],
  ['tool-choice', say({ tools, tool_choice: { type: 'function', name: 'g' } }), 'tool_choice', "not found in 'tools'"],
  [
    'tool-choice',
    say({ tools, tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [] } } }),
    'tool_choice.mode',
    "Missing required parameter: 'tool_choice.mode'.",
  ],
  ['input-missing', { model: 'gpt-4o' }, undefined, 'One of "input" or'],
  ['item-type', input({ type: 'tool_result' }), 'input[0]', "Invalid value: 'tool_result'."],
  [
    'item-role',
    input(user, { role: 'tool', tool_call_id: 'call_1', content: 'x' }),
    'input[1].role',
    "Invalid value: 'tool'. Supported values are: 'assistant', 'system', 'developer', and 'user'.",
  ],
  [
    'item-members',
    input({ role: 'assistant', content: '', tool_calls: [] }),
    'input[0].tool_calls',
    "Unknown parameter: 'input[0].tool_calls'.",
  ],
  ['item-members', input({ ...call, arguments: undefined }), 'input[0].arguments', 'Missing required parameter'],
  ['item-member-types', input({ role: 'assistant', content: null }), 'input[0].content', 'but got null instead'],
  [
    'item-member-types',
    input({ ...call, arguments: {} }),
    'input[0].arguments',
    'expected a string, but got an object',
  ],
  [
    'part-type',
    input({ role: 'user', content: [part('text')] }),
    'input[0].content[0].type',
    "Invalid value: 'text'. Supported values are: 'input_text', 'input_image', 'output_text', 'refusal', 'input_file', 'computer_screenshot', and 'summary_text'.",
  ],
  [
    'part-side',
    input({ role: 'assistant', content: [part('input_text')] }),
    'input[0].content[0]',
    "Invalid value: 'input_text'. Supported values are: 'output_text' and 'refusal'.",
  ],
  ['part-side', input({ role: 'user', content: [part('output_text')] }), 'input[0].content[0]', "'input_file'."],
  [
    'part-members',
    input({ role: 'user', content: [{ ...part('input_text'), cache_control: {} }] }),
    'input[0].content[0].cache_control',
    "Unknown parameter: 'input[0].content[0].cache_control'.",
  ],
  [
    'part-members',
    input({ role: 'user', content: [{ type: 'input_file', file: { file_data: 'x' } }] }),
    'input[0].content[0].file',
    'Unknown parameter',
  ],
  [
    'part-members',
    input({ role: 'assistant', content: [{ type: 'refusal', text: 'No' }] }),
    'input[0].content[0].refusal',
    'Missing required parameter',
  ],
  [
    'part-members',
    input({ role: 'user', content: [part('input_text'), { type: 'input_image', image_url: { url: 'x' } }] }),
    'input[0].content[1].image_url',
    "Invalid type for 'input[0].content[1].image_url': expected an image URL, but got an object instead.",
  ],
  [
    'item-twice',
    input({ ...call, id: 'fc_1' }, output, { ...call, id: 'fc_1' }, output),
    'input',
    'Duplicate item found with id fc_1.',
  ],
  ['item-id', input({ ...call, id: 'call_1' }, output), 'input[0].id', "Expected an ID that begins with 'fc'."],
  ['id-length', input({ ...call, call_id: 'c'.repeat(65) }), 'input[0].call_id', 'a string with length 65 instead'],
  [
    'encrypted-content',
    input({ type: 'reasoning', summary: [], encrypted_content: 'gAAAAABnobody' }),
    undefined,
    'The encrypted content gAAA...body could not be verified.',
  ],
  [
    'output-without-call',
    input(user, output),
    'input',
    'No tool call found for function call output with call_id call_1.',
  ],
  ['output-without-call', input(output, call), 'input', 'No tool call found for function call output'],
  ['call-without-output', input(user, call), 'input', 'No tool output found for function call call_1.'],
  ['call-without-output', input(custom), 'input', 'No tool output found for custom tool call call_2.'],
]

const judged = (body: JsonObject, stored: readonly string[] = []) => brokenResponseRule(body, new Set(stored))

describe('every rule of responses', () => {
  it('has a case', () => {
    const cases = new Set([...CASES.map(([rule]) => rule), 'item-not-stored'])
    expect(RESPONSE_RULES.map(rule => rule.id).toSorted()).toEqual([...cases].toSorted())
  })

  it.each(CASES)('%s refuses %j', (rule, body, param, says) => {
    expect(judged(body)).toMatchObject({ status: 400, rule, message: expect.stringContaining(says) })
    expect(judged(body)?.param).toBe(param)
  })

  it('does not find items that were not stored', () => {
    const bare = input(user, { type: 'reasoning', id: 'rs_1', summary: [] }, user)
    const lost = {
      status: 404,
      rule: 'item-not-stored',
      param: 'input',
      message: expect.stringContaining("'rs_1' not found"),
    }
    expect(judged(bare)).toMatchObject(lost)
    expect(judged(input({ type: 'item_reference', id: 'rs_1' }))).toMatchObject(lost)
    expect(judged(bare, ['rs_1'])).toBeUndefined()
  })

  it.each<[string, JsonObject]>([
    [
      'answered calls',
      input(user, call, custom, output, { ...output, type: 'custom_tool_call_output', call_id: 'call_2' }),
    ],
    [
      'images and files',
      input({
        role: 'user',
        content: [
          { type: 'input_image', image_url: 'data:image/png;base64,', detail: 'auto' },
          { type: 'input_file', file_data: 'data:application/pdf;base64,', filename: 'a.pdf' },
        ],
      }),
    ],
    ['outputs in parts', input(call, { ...output, output: [part('input_text')] })],
    ['its own thoughts', input({ type: 'reasoning', summary: [], encrypted_content: sealed('Hm.') }, user)],
    ['what the assistant said', input(user, { role: 'assistant', content: [part('output_text')] }, user)],
    [
      'nulls for what is optional',
      say({ temperature: null, reasoning: null, tool_choice: null, text: null, tools: null, stream: null }),
    ],
    ['a temperature where it does not reason', think({ temperature: 0, reasoning: { effort: 'none' } })],
    ['tools on a model that reasons', think({ tools, tool_choice: 'required', reasoning: { effort: 'high' } })],
    ['hosted tools', say({ tools: [{ type: 'web_search' }], tool_choice: { type: 'web_search' } })],
  ])('lets %s pass', (_what, body) => {
    expect(judged(body)).toBeUndefined()
  })

  it('asks for a chat model that exists', () => {
    expect(judged({ input: 'hi' })).toMatchObject({ status: 400, param: 'model' })
    for (const model of ['gpt-0', 'text-embedding-3-small'])
      expect(judged(say({ model }))).toMatchObject({ status: 400, param: 'model', code: 'model_not_found' })
  })

  it('is named in the record of the request that broke it', async () => {
    await using simulator = await startSimulator()
    await fetch(`${simulator.openaiBaseUrl}/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${simulator.openaiKey}` },
      body: JSON.stringify(say({ stop: 'x' })),
    })
    expect(simulator.requests()[0]).toMatchObject({ operation: 'responses', status: 400, rule: 'unknown-parameter' })
  })

  it("knows the members of the pinned client's types, neither more nor less", () => {
    type Known = keyof OpenAI.Responses.ResponseCreateParamsNonStreaming
    expectTypeOf<(typeof RESPONSE_MEMBERS)[number]>().toEqualTypeOf<Known>()
  })
})
