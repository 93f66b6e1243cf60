import * as z from 'zod/mini'
import { type Fault, faultsOf } from './faults.ts'
import { longestModelName } from './plainly-right.ts'
import { unservedIn } from './unserved-members.ts'

/** What is wrong with a request for a response: what no chat can answer is named with what to send in its place. No text is quoted. */
export function responsesFaults(value: object): readonly Fault[] {
  const faults = unservedIn(value)
  if (faults.length > 0) return faults
  schema ??= requestSchema()
  return faultsOf(schema, value, { conceal: isContent }).map(withHint)
}

let schema: z.ZodMiniType | undefined

function isContent(param: string): boolean {
  return /^(input|instructions)\b/.test(param) && !/\.(role|type)$/.test(param)
}

/** What can be sent in place of what another kind of item, part or tool would be. */
const hints: readonly (readonly [where: RegExp, hint: string])[] = [
  [
    /^input\[\d+\]\.type$/,
    'Nothing is kept here that an item could refer to, and tools that OpenAI runs are not served; clients that refer to items send them whole with `store: false`.',
  ],
  [/^input\[\d+\]\.role$/, "What a tool gave is { type: 'function_call_output', call_id, output }."],
  [/^input\[\d+\]\.(content|output)\[\d+\]\.type$/, "A text is { type: 'input_text', text }."],
  [
    /\btools\[\d+\]\.(type|execution)$/,
    'Tools that OpenAI runs itself are not served; leave it out (in Codex: `web_search = "disabled"`).',
  ],
  [/\btools\[\d+\]\.name$/, "A tool is { type: 'function', name, description, parameters }."],
  [/^tool_choice\.name$/, "A choice is { type: 'function', name }."],
  [/^text\.format\.name$/, "A form is { type: 'json_schema', name, schema }."],
  [/\.image_url$/, "A picture is { type: 'input_image', image_url: 'https://… or data:…' }."],
]

function withHint({ param, message }: Fault): Fault {
  const hint = hints.find(([where]) => where.test(param))?.[1]
  return { param, message: hint === undefined ? message : `${message} ${hint}` }
}

function requestSchema() {
  const bool = z.nullish(z.boolean())
  const number = z.nullish(z.number())
  const text = z.nullish(z.string())
  return z.object({
    model: z.optional(z.string().check(z.minLength(1), z.maxLength(longestModelName))),
    input: z.union([z.string(), z.array(itemSchema()).check(z.minLength(1))]),
    instructions: text,
    stream: bool,
    stream_options: z.nullish(z.object({})),
    max_output_tokens: z.nullish(z.int().check(z.minimum(1))),
    max_tool_calls: z.nullish(z.int().check(z.minimum(1))),
    text: z.nullish(z.object({ format: z.nullish(formatSchema()), verbosity: text })),
    reasoning: z.nullish(z.object({ effort: text, summary: text })),
    tools: z.nullish(z.array(toolSchema())),
    tool_choice: z.nullish(z.union([z.enum(['none', 'auto', 'required']), toolChoiceSchema()])),
    parallel_tool_calls: bool,
    include: z.nullish(z.array(z.enum(includable))),
    top_logprobs: z.nullish(z.int().check(z.minimum(0))),
    temperature: number,
    top_p: number,
    metadata: z.nullish(z.object({})),
    user: text,
    store: bool,
    background: bool,
    truncation: z.nullish(z.enum(['auto', 'disabled'])),
  })
}

/** Those about tools that OpenAI runs ask for nothing where there are none. */
const includable = [
  'message.output_text.logprobs',
  'reasoning.encrypted_content',
  'message.input_image.image_url',
  'file_search_call.results',
  'web_search_call.results',
  'web_search_call.action.sources',
  'computer_call_output.output.image_url',
  'code_interpreter_call.outputs',
]

/** One of several kinds, told by its `type`. */
function kind<Type extends string, Shape extends object>(type: Type, shape: Shape) {
  return z.object({ type: z.literal(type), ...shape })
}

function itemSchema() {
  const callId = z.string().check(z.minLength(1))
  const name = z.string().check(z.minLength(1))
  const namespace = z.nullish(z.string())
  const content = z.union([z.string(), z.array(partSchema())])
  return z.discriminatedUnion('type', [
    z.object({
      type: z.optional(z.literal('message')),
      role: z.enum(['user', 'assistant', 'system', 'developer']),
      content,
    }),
    kind('function_call', { call_id: callId, namespace, name, arguments: z.string() }),
    z.object({ type: z.enum(['function_call_output', 'custom_tool_call_output']), call_id: callId, output: content }),
    kind('custom_tool_call', { call_id: callId, namespace, name, input: z.string() }),
    kind('tool_search_call', { call_id: callId, execution: z.literal('client') }),
    kind('tool_search_output', {
      call_id: callId,
      tools: z.array(toolSchema({ defer_loading: z.optional(z.unknown()) })),
    }),
    kind('additional_tools', { role: z.literal('developer'), tools: z.array(toolSchema()) }),
    kind('reasoning', { encrypted_content: z.nullish(z.string()) }),
  ])
}

function partSchema() {
  return z.discriminatedUnion('type', [
    z.object({ type: z.enum(['input_text', 'output_text']), text: z.string() }),
    kind('refusal', { refusal: z.string() }),
    kind('input_image', { image_url: z.string(), detail: z.nullish(z.string()) }),
    kind('input_file', {
      file_data: z.nullish(z.string()),
      file_id: z.nullish(z.string()),
      filename: z.nullish(z.string()),
      file_url: z.nullish(
        z.unknown().check(z.refine(() => false, { error: 'is not fetched here; send the file in `file_data`' })),
      ),
    }),
    kind('input_audio', { input_audio: z.object({ data: z.string(), format: z.string() }) }),
  ])
}

function formatSchema() {
  return z.discriminatedUnion('type', [
    kind('text', {}),
    kind('json_object', {}),
    kind('json_schema', {
      name: z.string().check(z.minLength(1)),
      schema: z.nullish(z.object({})),
    }),
  ])
}

function toolSchema(allowed: object = {}) {
  const name = z.string().check(z.minLength(1))
  const description = z.nullish(z.string())
  const strict = z.nullish(z.boolean())
  const format = z.discriminatedUnion('type', [
    kind('text', {}),
    kind('grammar', { definition: z.string(), syntax: z.enum(['lark', 'regex']) }),
  ])
  const parameters = z.nullish(z.object({}))
  const asks = { ...unserved(), ...allowed }
  const callable = [
    kind('function', { name, description, parameters, strict, ...asks }),
    kind('custom', { name, description, format: z.nullish(format), ...asks }),
  ] as const
  const tools = z.array(z.discriminatedUnion('type', callable))
  return z.discriminatedUnion('type', [
    ...callable,
    kind('namespace', { name, description, tools }),
    kind('tool_search', { execution: z.literal('client'), description, parameters }),
  ])
}

/** What a tool may ask for that a chat has no words for. What asks for nothing is taken. */
function unserved() {
  const only = (allows: (value: unknown) => boolean, error: string) =>
    z.nullish(z.unknown().check(z.refine(allows, { error: `is not served: ${error}` })))
  const isFalse = (value: unknown) => value === false
  return {
    defer_loading: only(isFalse, 'the model is shown every tool at once; leave it out or send false'),
    async: only(isFalse, 'what a tool gave is sent with the next request; leave it out or send false'),
    output_schema: only(() => false, 'a chat cannot say it; describe the output in `description`'),
    allowed_callers: only(
      value => Array.isArray(value) && value.includes('direct'),
      "the model alone calls tools; leave it out or send ['direct']",
    ),
  }
}

function toolChoiceSchema() {
  const name = z.string().check(z.minLength(1))
  return z.discriminatedUnion('type', [
    z.object({ type: z.enum(['function', 'custom']), name }),
    kind('allowed_tools', {
      mode: z.enum(['auto', 'required']),
      tools: z.array(z.object({ type: z.string() })),
    }),
  ])
}
