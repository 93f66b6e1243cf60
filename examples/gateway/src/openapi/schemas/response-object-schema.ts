import * as z from 'zod'
import { answerFields, tokenLogprobSchema } from './chat-completion-schema.ts'
import { reasoningEffortField, verbosityField } from './chat-request-schema.ts'
import { component, optional } from './component.ts'
import { outputRefusalSchema } from './input-item-schema.ts'
import { responseExample } from './response-example.ts'
import { textFormatSchema } from './responses-request-schema.ts'
import { responsesToolChoiceSchema, responsesToolSchema } from './responses-tool-schema.ts'

const itemStatus = z.enum(['in_progress', 'completed', 'incomplete'])
const item = { id: z.string(), status: itemStatus }
const called = {
  call_id: z.string().describe('What the output of the call is to name.'),
  namespace: optional(z.string()),
  name: z.string(),
}

export const summaryPartSchema = component(
  'SummaryPart',
  z.object({ type: z.literal('summary_text'), text: z.string() }),
)

const reasoning = component(
  'ReasoningItem',
  z.object({
    ...item,
    type: z.literal('reasoning'),
    summary: z.array(summaryPartSchema),
    encrypted_content: optional(z.string()).describe(
      'What has to go back to the model. It is not encrypted: it holds the text of `summary`, and what only the provider can read.',
    ),
  }),
  { description: 'What the model thought, to be sent back unchanged with the turn it came with.' },
)

export const outputAnnotationSchema = component(
  'OutputAnnotation',
  z.object({
    type: z.literal('url_citation'),
    start_index: z.number(),
    end_index: z.number(),
    title: z.string(),
    url: z.string(),
  }),
)

const outputText = component(
  'OutputText',
  z.object({
    type: z.literal('output_text'),
    text: z.string(),
    annotations: z.array(outputAnnotationSchema),
    logprobs: z.array(tokenLogprobSchema).describe('Empty unless they were asked for.'),
  }),
)

export const outputPartSchema = component('OutputPart', z.union([outputText, outputRefusalSchema]))

const message = component(
  'MessageItem',
  z.object({
    ...item,
    type: z.literal('message'),
    role: z.literal('assistant'),
    content: z.array(outputPartSchema),
  }),
)

const functionCall = component(
  'FunctionItem',
  z.object({
    ...item,
    type: z.literal('function_call'),
    ...called,
    arguments: z.string().describe('JSON text as the model wrote it.'),
  }),
)

const customCall = component(
  'CustomItem',
  z.object({ ...item, type: z.literal('custom_tool_call'), ...called, input: z.string() }),
)

const toolSearch = component(
  'ToolSearchItem',
  z.object({
    ...item,
    type: z.literal('tool_search_call'),
    call_id: called.call_id,
    execution: z.literal('client'),
    arguments: z.unknown().describe('The value that the model wrote, or its text where that is no JSON.'),
  }),
)

export const outputItemSchema = component(
  'OutputItem',
  z.union([reasoning, message, functionCall, customCall, toolSearch]),
  {
    description: 'One item of an answer, in the order in which they began.',
  },
)

const usage = component(
  'ResponseUsage',
  z.object({
    input_tokens: z.number(),
    input_tokens_details: z.object({ cached_tokens: z.number(), cache_write_tokens: z.number() }),
    output_tokens: z.number(),
    output_tokens_details: z.object({ reasoning_tokens: z.number() }),
    total_tokens: z.number(),
  }),
  { description: 'Tokens, as the provider counted them. What nobody told is 0 in the details.' },
)

const withheldThought = z.object({
  type: z.literal('reasoning'),
  id: z.string(),
  action: z.literal('removed'),
  reason: z.literal('model_mismatch'),
})

/** What the gateway itself says. */
const answered = {
  id: z.string().describe('Of this answer alone: nothing can be asked by it later.'),
  object: z.literal('response'),
  created_at: z.number().describe('Unix seconds.'),
  status: z.enum(['in_progress', 'completed', 'incomplete', 'failed']),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  incomplete_details: z.object({ reason: z.enum(['max_output_tokens', 'content_filter']) }).nullable(),
  model: answerFields.model,
  output: z.array(outputItemSchema),
  usage: usage.nullable(),
  input_transformations: optional(z.array(withheldThought)).describe(
    'Thoughts of the input that the model was not given, since they were made by another API; absent where there is none.',
  ),
}

/** What it repeats of the request, and of what nothing was said. */
const repeated = {
  background: z.literal(false),
  instructions: z.string().nullable(),
  max_output_tokens: z.number().nullable(),
  max_tool_calls: z.number().nullable(),
  metadata: z.record(z.string(), z.string()),
  parallel_tool_calls: z.boolean(),
  previous_response_id: z.null(),
  reasoning: z.object({ effort: reasoningEffortField.unwrap(), summary: z.string().nullable() }),
  store: z.literal(false),
  temperature: z.number().nullable(),
  text: z.object({ format: textFormatSchema, verbosity: verbosityField }),
  tool_choice: responsesToolChoiceSchema,
  tools: z.array(responsesToolSchema),
  top_logprobs: z.number(),
  top_p: z.number().nullable(),
  truncation: z.literal('disabled'),
}

const { service_tier, moderation, trace, additional_model_response_fields } = answerFields

export const responseObjectSchema = component(
  'ResponseObject',
  z.object({ ...answered, ...repeated, service_tier, moderation, trace, additional_model_response_fields }),
  { example: responseExample },
)
