import { sonnet45 } from '../a-call.ts'
import {
  answerTool,
  closed,
  forced,
  json,
  native,
  nothing,
  open,
  person,
  sonnet46,
  text,
  thinking,
  weather,
  weatherEntry,
  words,
} from './json-formats.ts'
import { type RequestRow, requestRows } from './request-row.ts'

const formats: readonly RequestRow[] = [
  {
    it: 'has no turn of the model continued where a grammar begins its answer',
    request: {
      model: sonnet45,
      messages: [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: '{' },
      ],
      ...json(closed),
    },
    sends: {
      messages: [
        { role: 'user', content: [{ text: 'a' }] },
        { role: 'assistant', content: [{ text: '{' }] },
        { role: 'user', content: [{ text: 'Please continue.' }] },
      ],
    },
  },
  { it: 'says nothing for text', request: { response_format: { type: 'text' } }, omits: nothing },
  {
    it: 'takes null for text',
    request: { response_format: null as never },
    omits: nothing,
  },
  {
    it: 'asks for a JSON object in words',
    request: { response_format: { type: 'json_object' } },
    sends: words(undefined),
    omits: ['outputConfig', 'toolConfig'],
  },
  {
    it: 'asks for a JSON object in words where schemas are native, since an open object cannot be compiled',
    request: { model: sonnet45, response_format: { type: 'json_object' } },
    sends: words(undefined),
    omits: ['outputConfig'],
  },
  {
    it: 'lets tools be called before a JSON object is given',
    request: { response_format: { type: 'json_object' }, tools: [weather] },
    sends: { ...words(undefined, ' You may call tools first.'), toolConfig: { tools: [weatherEntry] } },
  },
  {
    it: "says it after the caller's own instructions",
    request: {
      response_format: { type: 'json_object' },
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
      ],
    },
    sends: { system: [{ text: 'Be brief.' }, ...words(undefined).system] },
  },
  {
    it: 'says it first thing to a model without system prompts',
    request: { model: 'amazon.titan-text-express-v1', response_format: { type: 'json_object' } },
    sends: { messages: [{ role: 'user', content: [...words(undefined).system, { text: 'Hello there' }] }] },
    omits: ['system'],
  },
  {
    it: 'takes a format without a schema for any JSON object',
    request: { response_format: { type: 'json_schema', json_schema: { name: 'x' } } },
    sends: words(undefined),
  },
  {
    it: 'refuses a format that is none',
    request: { response_format: { type: 'grammar' } as never },
    refuses: { param: 'response_format.type', says: /'grammar' is no format .*'json_schema'/ },
  },
  {
    it: 'refuses a format whose type is no word',
    request: { response_format: { type: 5 } as never },
    refuses: { param: 'response_format.type', says: /must be .* got a number/ },
  },
  {
    it: 'refuses a format that is no object',
    request: { response_format: 'json_object' as never },
    refuses: { param: 'response_format', says: /must be an object/ },
  },
  {
    it: 'refuses a missing json_schema',
    request: { response_format: { type: 'json_schema' } as never },
    refuses: { param: 'response_format.json_schema', says: /is missing/ },
  },
  {
    it: 'refuses a schema that is no object',
    request: { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: [] as never } } },
    refuses: { param: 'response_format.json_schema.schema', says: /must be a JSON Schema, got an array/ },
  },
]

const natively: readonly RequestRow[] = [
  ...[
    'us.anthropic.claude-haiku-4-5-20251001-v1:0',
    'us.anthropic.claude-opus-4-5-20251101-v1:0',
    sonnet45,
    sonnet46,
    'us.anthropic.claude-opus-4-6-v1',
    'qwen.qwen3-32b-v1:0',
    'mistral.mistral-large-3-675b-instruct',
    'deepseek.v3-v1:0',
  ].map(
    (model): RequestRow => ({
      it: `sends ${model} the schema as a string, its objects closed`,
      request: { model, ...json(person, { strict: true }) },
      sends: native(closed),
      omits: ['toolConfig', 'system'],
    }),
  ),
  {
    it: 'streams native JSON as any text',
    request: { model: sonnet45, stream: true, ...json(person) },
    sends: native(closed),
  },
  {
    it: 'closes objects wherever they stand',
    request: {
      model: sonnet45,
      ...json({
        type: 'object',
        properties: {
          a: { type: 'array', items: person },
          b: { anyOf: [person, { type: 'null' }] },
          c: { $ref: '#/$defs/p' },
        },
        $defs: { p: person },
      }),
    },
    sends: native({
      type: 'object',
      properties: {
        a: { type: 'array', items: closed },
        b: { anyOf: [closed, { type: 'null' }] },
        c: { $ref: '#/$defs/p' },
      },
      $defs: { p: closed },
      additionalProperties: false,
    }),
  },
  ...(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'] as const).map(
    (keyword): RequestRow => ({
      it: `tells ${keyword} in the description`,
      request: { model: sonnet45, ...json({ type: 'object', properties: { a: { type: 'integer', [keyword]: 3 } } }) },
      sends: native({
        type: 'object',
        properties: { a: { type: 'integer', description: `(${keyword}: 3)` } },
        additionalProperties: false,
      }),
    }),
  ),
  ...(
    [
      ['maxItems', 3],
      ['minItems', 2],
      ['uniqueItems', true],
    ] as const
  ).map(
    ([keyword, value]): RequestRow => ({
      it: `tells ${keyword} in the description`,
      request: { model: sonnet45, ...json({ type: 'array', items: text, description: 'Names.', [keyword]: value }) },
      sends: native({ type: 'array', items: text, description: `Names. (${keyword}: ${value})` }),
    }),
  ),
  {
    it: 'keeps what the compiler takes: minItems of 1, lengths and patterns of strings',
    request: {
      model: sonnet45,
      ...json({ type: 'array', minItems: 1, items: { type: 'string', minLength: 1, maxLength: 9, pattern: 'a' } }),
    },
    sends: native({ type: 'array', minItems: 1, items: { type: 'string', minLength: 1, maxLength: 9, pattern: 'a' } }),
  },
  {
    it: 'leaves out the dialect and titles',
    request: {
      model: sonnet45,
      ...json({ $schema: 'x', title: 'T', type: 'object', properties: { a: { title: 'A', ...text } } }),
    },
    sends: native({ type: 'object', properties: { a: text }, additionalProperties: false }),
  },
  {
    it: 'makes the name legal and sends the description',
    request: { model: sonnet45, ...json(person, { name: `a.b ${'x'.repeat(70)}`, description: 'A person.' }) },
    sends: native(closed, { name: `a_b_${'x'.repeat(60)}`, description: 'A person.' }),
  },
  {
    it: 'leaves out a blank description',
    request: { model: sonnet45, ...json(person, { description: ' ' }) },
    omits: ['outputConfig.textFormat.structure.jsonSchema.description'],
  },
  {
    it: 'keeps native output while Claude thinks',
    request: { model: sonnet45, ...thinking, ...json(person) },
    sends: { ...native(closed), additionalModelRequestFields: { thinking: { type: 'enabled' } } },
  },
  {
    it: 'keeps native output beside strict tools',
    request: {
      model: sonnet45,
      ...json(person),
      tools: [{ type: 'function', function: { name: 'f', strict: true, parameters: { ...person } } }],
    },
    sends: {
      ...native(closed),
      toolConfig: { tools: [{ toolSpec: { name: 'f', strict: true, inputSchema: { json: closed } } }] },
    },
  },
  {
    it: 'offers a recursive schema as a tool, as it is',
    request: {
      model: sonnet45,
      ...json({ type: 'object', properties: { next: { $ref: '#' } } }, { strict: true }),
    },
    sends: {
      toolConfig: {
        tools: [answerTool({ type: 'object', properties: { next: { $ref: '#' } } })],
        toolChoice: forced,
      },
    },
    omits: ['outputConfig'],
    drops: ['response_format.strict'],
  },
  {
    it: 'offers a schema with unnamed members as a tool, as it is',
    request: { model: sonnet45, ...json(open) },
    sends: { toolConfig: { tools: [answerTool(open)], toolChoice: forced } },
    omits: ['outputConfig'],
  },
  {
    it: 'tells a schema that cannot be compiled in words while Claude thinks',
    request: { model: sonnet46, ...thinking, ...json(open) },
    sends: words(open),
    omits: ['outputConfig', 'toolConfig'],
  },
  {
    it: 'makes at most twenty tools strict',
    request: {
      model: sonnet45,
      tools: Array.from({ length: 21 }, (_, index) => ({
        type: 'function',
        function: { name: `f${index}`, strict: true, parameters: { ...closed } },
      })),
    },
    sends: {
      toolConfig: {
        tools: Array.from({ length: 21 }, (_, index) => ({
          toolSpec: { name: `f${index}`, ...(index < 20 && { strict: true }), inputSchema: { json: closed } },
        })),
      },
    },
    omits: ['toolConfig.tools.20.toolSpec.strict'],
    drops: ['tools.strict'],
  },
  {
    it: 'asks for no more optional members of all schemas together than are compiled',
    request: {
      model: sonnet45,
      ...json(members(13), { strict: true }),
      tools: [{ type: 'function', function: { name: 'f', strict: true, parameters: { ...members(12) } } }],
    },
    sends: {
      toolConfig: {
        tools: [{ toolSpec: { name: 'f', strict: true } }, answerTool(members(13))],
        toolChoice: { any: {} },
      },
    },
    omits: ['outputConfig'],
    drops: ['response_format.strict'],
  },
  {
    it: 'says a union of variants as the compiler knows it',
    request: { model: sonnet45, ...json({ type: 'object', properties: { a: { oneOf: [person, { type: 'null' }] } } }) },
    sends: native({
      type: 'object',
      properties: { a: { anyOf: [closed, { type: 'null' }] } },
      additionalProperties: false,
    }),
  },
  {
    it: 'offers a strict tool whose schema cannot be compiled as a plain one',
    request: {
      model: sonnet45,
      tools: [{ type: 'function', function: { name: 'f', strict: true, parameters: { ...open } } }],
    },
    sends: { toolConfig: { tools: [{ toolSpec: { name: 'f', inputSchema: { json: open } } }] } },
    drops: ['tools.strict'],
  },
]

function members(count: number) {
  const names = Array.from({ length: count }, (_, index) => [`m${index}`, { type: 'string' }])
  return { type: 'object', properties: Object.fromEntries(names) }
}

requestRows('response formats', formats)
requestRows('native structured output', natively)
