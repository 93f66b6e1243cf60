import * as z from 'zod/mini'
import { type Fault, faultsOf } from './faults.ts'
import { inputFault } from './plain-embeddings.ts'
import { longestModelName } from './plainly-right.ts'

export { responsesFaults } from './responses-faults.ts'

/** What is wrong with a chat request. No text of messages is quoted. */
export function chatFaults(value: object): readonly Fault[] {
  return faultsOf(chatSchema(), value, { conceal: isContent }).map(withForm)
}

/** What is wrong with a request for embeddings. No text of its input is quoted. */
export function embeddingsFaults(value: object): readonly Fault[] {
  return faultsOf(embeddingsSchema(), value, { conceal: isContent })
}

/** What is wrong with a request for a batch. */
export function batchFaults(value: object): readonly Fault[] {
  return faultsOf(batchSchema(), value)
}

/** What other APIs write in another form, Anthropic's and older ones of OpenAI's among them. */
const forms: readonly (readonly [where: RegExp, form: string])[] = [
  [/^tools\[\d+\]\.(type|function)$/, "A tool is { type: 'function', function: { name, description, parameters } }."],
  [/\.image_url$/, "A picture is { type: 'image_url', image_url: { url } }."],
]

function withForm({ param, message }: Fault): Fault {
  const form = forms.find(([where]) => where.test(param))?.[1]
  return { param, message: form === undefined ? message : `${message} ${form}` }
}

function isContent(param: string): boolean {
  return /^(messages|input|prediction)\b/.test(param) && !/\.(role|type)$/.test(param)
}

/** Schemas are built on first use. */
function schemaOf<T extends z.core.$ZodType>(build: () => T): () => T {
  let schema: T | undefined
  return () => {
    schema ??= build()
    return schema
  }
}

function modelName(): z.ZodMiniType {
  return z.string().check(z.minLength(1), z.maxLength(longestModelName))
}

const chatSchema = schemaOf(() => {
  const bool = z.nullish(z.boolean())
  const number = z.nullish(z.number())
  const text = z.nullish(z.string())
  const open = z.nullish(z.object({}))
  const cap = z.nullish(z.int().check(z.minimum(1)))
  const name = z.string().check(z.minLength(1))
  return z.object({
    model: z.optional(modelName()),
    messages: z.array(messageSchema()).check(z.minLength(1)),
    stream: bool,
    stream_options: z.nullish(z.object({ include_usage: bool, include_obfuscation: bool })),
    tools: z.nullish(z.array(toolSchema())),
    tool_choice: z.nullish(z.union([z.enum(['none', 'auto', 'required']), z.object({ type: z.string() })])),
    parallel_tool_calls: bool,
    functions: z.nullish(z.array(z.object({ name }))),
    function_call: z.nullish(z.union([z.string(), z.object({ name })])),
    response_format: z.nullish(
      z
        .object({ type: z.string(), json_schema: z.optional(z.object({ name, schema: open })) })
        .check(memberFor({ json_schema: 'json_schema' })),
    ),
    max_completion_tokens: cap,
    max_tokens: cap,
    n: z.nullish(z.int().check(z.minimum(1), z.maximum(128))),
    stop: z.nullish(z.union([z.string(), z.array(z.string())])),
    temperature: number,
    top_p: number,
    frequency_penalty: number,
    presence_penalty: number,
    logit_bias: open,
    logprobs: bool,
    top_logprobs: z.nullish(z.int().check(z.minimum(0))),
    // OpenAI's has 64 bits, of which a number here keeps 53: what is forwarded is the text.
    seed: z.nullish(z.number().check(z.refine(Number.isInteger, { error: 'must be a whole number' }))),
    reasoning_effort: text,
    metadata: open,
    modalities: z.nullish(z.array(z.string())),
    user: text,
  })
})

function messageSchema() {
  const part = z
    .object({
      type: z.string(),
      text: z.optional(z.string()),
      image_url: z.optional(z.object({ url: z.string() })),
      input_audio: z.optional(z.object({ data: z.string(), format: z.string() })),
      file: z.optional(z.object({})),
      refusal: z.optional(z.string()),
    })
    .check(
      memberFor({ text: 'text', image_url: 'image_url', input_audio: 'input_audio', file: 'file', refusal: 'refusal' }),
    )
  const content = z.union([z.string(), z.array(part)])
  const called = z.object({ name: z.string(), arguments: z.string() })
  const toolCall = z
    .object({
      id: z.string(),
      type: z.enum(['function', 'custom']),
      function: z.optional(called),
      custom: z.optional(z.object({ name: z.string(), input: z.string() })),
    })
    .check(memberFor({ function: 'function', custom: 'custom' }))
  return z.discriminatedUnion('role', [
    z.object({ role: z.literal('system'), content }),
    z.object({ role: z.literal('developer'), content }),
    z.object({ role: z.literal('user'), content }),
    z.object({
      role: z.literal('assistant'),
      content: z.nullish(content),
      tool_calls: z.nullish(z.array(toolCall)),
      function_call: z.nullish(called),
    }),
    z.object({ role: z.literal('tool'), content, tool_call_id: z.string().check(z.minLength(1)) }),
    z.object({ role: z.literal('function'), content: z.nullish(z.string()), name: z.string() }),
  ])
}

function toolSchema() {
  const name = z.string().check(z.minLength(1))
  return z
    .object({
      type: z.string(),
      function: z.optional(z.object({ name, description: z.nullish(z.string()), parameters: z.nullish(z.object({})) })),
      custom: z.optional(z.object({ name })),
    })
    .check(memberFor({ function: 'function', custom: 'custom' }))
}

/** A value of `type` T must have the member that T is about. Types not listed pass: another upstream may know them. */
function memberFor(members: Readonly<Record<string, string>>) {
  return z.check<Record<string, unknown>>(payload => {
    const { value } = payload
    const type = String(value.type)
    const member = Object.hasOwn(members, type) ? members[type] : undefined
    if (member === undefined || value[member] !== undefined) return
    const message = `is missing; an object of type '${type}' must have it`
    payload.issues.push({ code: 'custom', input: undefined, path: [member], message })
  })
}

const embeddingsSchema = schemaOf(() =>
  z.object({
    model: z.optional(modelName()),
    input: z.unknown().check(
      z.check(payload => {
        const message = inputFault(payload.value)
        if (message !== undefined) payload.issues.push({ code: 'custom', input: payload.value, message })
      }),
    ),
    dimensions: z.nullish(z.int().check(z.minimum(1))),
    encoding_format: z.nullish(z.enum(['float', 'base64'])),
    user: z.nullish(z.string()),
  }),
)

/** What a batch is asked for by. OpenAI's own bounds for metadata. */
const batchSchema = schemaOf(() => {
  const text = z.string().check(z.maxLength(512))
  return z.object({
    input_file_id: z.string().check(z.minLength(1), z.maxLength(200)),
    endpoint: z.literal('/v1/chat/completions'),
    completion_window: z.literal('24h'),
    output_expires_after: z.nullish(
      z.object({ anchor: z.literal('created_at'), seconds: z.int().check(z.minimum(3_600), z.maximum(2_592_000)) }),
    ),
    metadata: z.nullish(
      z
        .record(z.string().check(z.maxLength(64)), text)
        .check(z.refine(pairs => Object.keys(pairs).length <= 16, { error: 'holds 16 pairs at most' })),
    ),
  })
})
