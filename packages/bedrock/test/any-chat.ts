import fc from 'fast-check'
import { BEDROCK_MODELS } from '../../simulator/src/bedrock/models.ts'
import type { BedrockChatRequest } from '../src/index.ts'
import { images } from './images.ts'

/** Every chat model that the simulator knows, by the id it may be called by. */
const chatModels: readonly string[] = BEDROCK_MODELS.filter(({ kind }) => kind === 'chat').map(
  ({ id, onDemand, geos }) => (onDemand ? id : `${geos[0]}.${id}`),
)

const blank = fc.constantFrom('', ' ', '\n\t', '\u00a0', '\u3000')
/** Words, scripts, joined emoji, lone surrogates, line ends, and what looks like another message's end. */
const someText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('Hello there', 'Paris?', 'und so weiter', 'a', '{"a":1}', 'User: hi') },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
  { weight: 1, arbitrary: blank },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('Once upon', 'é'), blank).map(([text, end]) => text + end) },
)

const mark = fc.constantFrom(
  { type: 'ephemeral' as const },
  { type: 'ephemeral' as const, ttl: '1h' as const },
  { type: 'ephemeral' as const, ttl: '5m' as const },
)
const one = <T>(arbitrary: fc.Arbitrary<T>, of: number): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: of - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => one(arbitrary, 2)
const rarely = <T>(arbitrary: fc.Arbitrary<T>) => one(arbitrary, 10)

const breakpoint = fc.constantFrom({ mode: 'explicit' as const }, { mode: 'explicit' as const, ttl: '12h' as const })
const textPart = fc.record({
  type: fc.constant('text' as const),
  text: someText,
  cache_control: rarely(mark),
  prompt_cache_breakpoint: rarely(breakpoint),
})
const declared = fc.constantFrom('image/png', 'image/jpeg', 'image/jpg', 'image/webp', 'image/gif')
const picture = fc
  .tuple(declared, fc.constantFrom(...Object.values(images)))
  .map(([type, base64]) => `data:${type};base64,${base64}`)
const imagePart = fc
  .oneof(
    { weight: 20, arbitrary: picture },
    fc.constantFrom(
      's3://bucket/a.png',
      'https://example.com/a.png',
      'data:image/png;base64,',
      'data:image/bmp;base64,QUJD',
    ),
  )
  .map(url => ({ type: 'image_url' as const, image_url: { url } }))
const filePart = fc
  .record({
    filename: maybe(
      fc.oneof(fc.constantFrom('a.pdf', 'a.pdf', 'my  file.v2.pdf', '.pdf', 'größe (1).csv'), fc.string()),
    ),
    file_data: fc.constantFrom(
      'data:application/pdf;base64,QUJD',
      'data:text/plain;base64,QUJD',
      'data:text/csv,a',
      'data:text/markdown;base64,QUJD',
    ),
  })
  .map(file => ({ type: 'file' as const, file }))
const audioPart = fc.constant({ type: 'input_audio' as const, input_audio: { data: 'QUJD', format: 'wav' as const } })
const userParts = fc.array(
  fc.oneof(
    { weight: 16, arbitrary: textPart },
    { weight: 4, arbitrary: imagePart },
    { weight: 4, arbitrary: filePart },
    { weight: 1, arbitrary: audioPart },
  ),
  { minLength: 1, maxLength: 4 },
)
/** Attachments by the dozen, without a word. */
const heap = fc.oneof(
  fc.array(filePart, { minLength: 1, maxLength: 7 }),
  fc.array(imagePart, { minLength: 1, maxLength: 22 }),
)

const toolNames = [
  'get_weather',
  'files.read',
  'files/read',
  'files_read',
  'größe',
  `mcp__${'long'.repeat(20)}`,
] as const
const toolName = fc.constantFrom(...toolNames)
const callId = fc.oneof(
  fc.constantFrom('call_0', 'call_1', 'abcDEF123', `fc_${'0'.repeat(80)}1`, 'a b', 'ünï', 'functions.read:0'),
  fc.string({ maxLength: 8 }),
)
const callArguments = fc.oneof(
  fc.constantFrom('', '{}', '{"city":"Paris"}', '{"a":"é","b":[1,{"c":"d"}]}', '[1]', '"text"', 'null', '{"cut":'),
  fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 2 })).map(value => JSON.stringify(value)),
)
const call = fc
  .tuple(callId, toolName, callArguments)
  .map(([id, name, text]) => ({ id, type: 'function' as const, function: { name, arguments: text } }))
const thought = fc.oneof(
  fc.constant({ type: 'thinking' as const, thinking: 'hm ', signature: 'c2ln' }),
  fc.constant({ type: 'thinking' as const, thinking: 'unsigned' }),
  fc.constantFrom('QUJD', 'no base64!', '').map(data => ({ type: 'redacted_thinking' as const, data })),
)

const instructions = fc
  .tuple(
    fc.constantFrom('system' as const, 'developer' as const),
    fc.oneof(someText, fc.array(textPart, { maxLength: 2 })),
  )
  .map(([role, content]) => ({ role, content }))
const question = fc
  .tuple(
    fc.oneof({ weight: 5, arbitrary: someText }, { weight: 5, arbitrary: userParts }, { weight: 1, arbitrary: heap }),
    rarely(mark),
    rarely(fc.constant('ann')),
  )
  .map(([content, cache_control, name]) => ({ role: 'user', content, cache_control, name }))
const refusalPart = fc.record({ type: fc.constant('refusal' as const), refusal: someText })
const answer = fc
  .record({
    content: fc.oneof(
      someText,
      fc.constant(null),
      fc.array(fc.oneof(textPart, refusalPart), { minLength: 1, maxLength: 2 }),
    ),
    refusal: rarely(someText),
    thinking_blocks: rarely(fc.array(thought, { maxLength: 2 })),
  })
  .map(message => ({ role: 'assistant', ...message }))
const resultContent = fc.oneof(
  { weight: 4, arbitrary: someText },
  { weight: 2, arbitrary: fc.array(textPart, { maxLength: 2 }) },
  { weight: 1, arbitrary: userParts },
)

/** An assistant's turn with calls, and results for all of them, most, in another order, twice, or for a call that never was. */
const exchange: fc.Arbitrary<readonly object[]> = fc
  .tuple(
    answer,
    fc.array(call, { minLength: 1, maxLength: 3 }),
    fc.array(fc.tuple(fc.nat(3), resultContent), { maxLength: 4 }),
  )
  .map(([turn, calls, results]) => [
    { ...turn, tool_calls: calls },
    ...results.map(([which, content]) => ({
      role: 'tool',
      tool_call_id: (calls[which] ?? calls[0])?.id ?? 'unknown',
      content,
    })),
  ])

/** The same in the words of old clients. */
const oldExchange: fc.Arbitrary<readonly object[]> = fc
  .tuple(toolName, callArguments, someText)
  .map(([name, text, content]) => [
    { role: 'assistant', content: null, function_call: { name, arguments: text } },
    { role: 'function', name, content },
  ])

const messages = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: instructions.map(message => [message]) },
      { weight: 8, arbitrary: question.map(message => [message]) },
      { weight: 4, arbitrary: answer.map(message => [message]) },
      { weight: 4, arbitrary: exchange },
      { weight: 1, arbitrary: oldExchange },
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map(groups => groups.flat())

const schema = fc.constantFrom<Record<string, unknown>>(
  {},
  { properties: {} },
  { type: 'object', properties: { city: { type: 'string', description: 'where' } }, required: ['city'] },
  { type: 'object', properties: { n: { type: 'integer', minimum: 1 }, l: { type: 'array', items: {}, maxItems: 3 } } },
  { type: 'object', properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { type: ['object', 'null'] } } },
  {
    type: 'object',
    properties: { child: { $ref: '#' }, list: { type: 'array', minItems: 3, items: { $ref: 'x.json' } } },
  },
  { type: 'array', items: { enum: ['a', 'b'] } },
  { type: 'object', properties: { 'größe (cm)': { type: 'integer' }, list: { items: { $ref: '#' } } } },
  {
    anyOf: [{ properties: { a: {} }, required: ['a'] }, { $ref: '#/$defs/b' }],
    $defs: { b: { properties: { b: {} } } },
  },
  {
    type: 'object',
    properties: { a: {}, b: {} },
    additionalProperties: false,
    oneOf: [{ required: ['a'] }, { required: ['b'] }],
  },
  { type: 'object', allOf: [{ properties: { c: { type: 'string' } }, required: ['c'] }], additionalProperties: false },
)
const tool = fc
  .record({
    name: toolName,
    description: maybe(someText),
    parameters: maybe(schema),
    strict: maybe(fc.constantFrom(true, false, null)),
  })
  .map(definition => ({ type: 'function' as const, function: definition }))
  .chain(offered => rarely(mark).map(cache_control => ({ ...offered, cache_control })))
const customTool = fc
  .record({
    name: toolName,
    description: maybe(someText),
    format: maybe(
      fc.constant({ type: 'grammar' as const, grammar: { syntax: 'regex' as const, definition: '[a-z]+' } }),
    ),
  })
  .map(custom => ({ type: 'custom' as const, custom }))
const tools = fc.oneof(
  { weight: 16, arbitrary: fc.uniqueArray(tool, { selector: ({ function: { name } }) => name, maxLength: 4 }) },
  { weight: 1, arbitrary: customTool.map(custom => [custom]) },
  // More strict tools than Bedrock compiles.
  {
    weight: 1,
    arbitrary: fc.nat(25).map(count =>
      Array.from({ length: count }, (_none, at) => ({
        type: 'function' as const,
        function: { name: `tool${at}`, strict: true, parameters: { type: 'object', properties: {} } },
      })),
    ),
  },
)
const choice = fc.oneof(
  fc.constantFrom('auto' as const, 'none' as const, 'required' as const),
  toolName.map(name => ({ type: 'function' as const, function: { name } })),
  toolName.map(name => ({
    type: 'allowed_tools' as const,
    allowed_tools: { mode: 'required' as const, tools: [{ type: 'function', function: { name } }] },
  })),
)

/** What no model minds. What one would, its caller knows: its own parameters go as they came. */
const nativeFields = fc.constantFrom<Record<string, unknown>>(
  {},
  { extra: { list: [1, null] } },
  JSON.parse('{ "__proto__": { "extra": 1 } }') as Record<string, unknown>,
)

const ratio = (max: number) => fc.oneof(fc.constantFrom(0, 1, max), fc.double({ min: 0, max, noNaN: true }))
const parameters = fc.record({
  temperature: maybe(ratio(2)),
  top_p: rarely(ratio(1)),
  top_k: rarely(fc.constantFrom(0, 1, 40)),
  max_tokens: rarely(fc.constantFrom(1, 50, 4_000, 9_000, 128_000)),
  max_completion_tokens: rarely(fc.constantFrom(1_024, 3_000, 20_000)),
  stop: rarely(fc.oneof(someText, fc.array(someText, { maxLength: 4 }))),
  seed: rarely(fc.constant(0)),
  presence_penalty: rarely(fc.constantFrom(0, 0.5)),
  frequency_penalty: rarely(fc.constantFrom(0, -1)),
  reasoning_effort: rarely(fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max')),
  parallel_tool_calls: rarely(fc.boolean()),
  service_tier: rarely(fc.constantFrom('auto', 'default', 'flex', 'priority')),
  user: rarely(fc.constant('ann')),
  metadata: rarely(fc.constant({ team: 'a!b' })),
  response_format: rarely(
    fc.oneof(
      fc.constantFrom({ type: 'text' as const }, { type: 'json_object' as const }),
      fc
        .record({ name: fc.constantFrom('answer', 'my answer'), schema, strict: maybe(fc.boolean()) })
        .map(json_schema => ({ type: 'json_schema' as const, json_schema })),
    ),
  ),
  verbosity: rarely(fc.constant('low')),
  store: rarely(fc.boolean()),
  logprobs: rarely(fc.boolean()),
  prompt_cache_key: rarely(fc.constant('key')),
  prompt_cache_options: rarely(fc.constantFrom({ mode: 'implicit' }, { mode: 'explicit', ttl: '12h' })),
  prompt_caching: rarely(
    fc.constantFrom(true, false, { system: true, messages: true, tools: true }, { messages: true, ttl: '1h' as const }),
  ),
  thinking: rarely(
    fc.constantFrom(
      ...[1_024, 5_000, 100_000].map(budget_tokens => ({ type: 'enabled', budget_tokens })),
      { type: 'adaptive' },
      { type: 'disabled' },
    ),
  ),
  functions: rarely(
    fc.uniqueArray(fc.record({ name: toolName, description: maybe(someText), parameters: maybe(schema) }), {
      selector: ({ name }) => name,
      maxLength: 3,
    }),
  ),
  function_call: rarely(fc.oneof(fc.constantFrom('auto' as const, 'none' as const), fc.record({ name: toolName }))),
  additional_model_request_fields: rarely(nativeFields),
  additionalModelRequestFields: rarely(nativeFields),
  performance_config: rarely(fc.constant({ latency: 'standard' })),
  request_metadata: rarely(fc.dictionary(fc.string({ maxLength: 3 }), fc.string({ maxLength: 3 }))),
  modalities: rarely(fc.constant(['text'])),
  n: rarely(fc.constantFrom(1, 2, 3)),
  web_search_options: rarely(fc.constant({ search_context_size: 'low' })),
  stream: fc.boolean(),
})

/** Any request of Chat Completions that a client might send: all families, tools, media, histories, blanks, odd ids. */
export const anyChat: fc.Arbitrary<BedrockChatRequest> = fc
  .tuple(fc.constantFrom(...chatModels), messages, maybe(tools), rarely(choice), parameters)
  .map(([model, history, offered, tool_choice, rest]) => {
    const request = { ...rest, model: `bedrock/${model}`, messages: history, tools: offered, tool_choice }
    return JSON.parse(JSON.stringify(request)) as BedrockChatRequest
  })
