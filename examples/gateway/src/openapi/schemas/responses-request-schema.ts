import * as z from 'zod'
import { callerFields, moderationField, reasoningEffortField, verbosityField } from './chat-request-schema.ts'
import { jsonSchemaSchema } from './chat-tool-schema.ts'
import { component, optional } from './component.ts'
import { inputItemSchema } from './input-item-schema.ts'
import { responsesToolChoiceSchema, responsesToolSchema } from './responses-tool-schema.ts'

const number = optional(z.number().nullable())

/** What of a request its answer repeats where it was given. */
export const textFormatSchema = component(
  'TextFormat',
  z.union([
    z.object({ type: z.literal('text') }),
    z.object({ type: z.literal('json_object') }),
    z.object({
      type: z.literal('json_schema'),
      name: z.string(),
      description: optional(z.string()),
      schema: optional(jsonSchemaSchema),
      strict: optional(z.boolean().nullable()),
    }),
  ]),
)

/** What of a request the gateway knows. */
const servedFields = {
  model: optional(z.string().describe('A route, `provider-id/upstream-model`, or a model id that a provider claims.')),
  input: z
    .union([z.string(), z.array(inputItemSchema).min(1)])
    .describe("The user's text, or the whole conversation: nothing of it is kept here."),
  instructions: optional(z.string().nullable()).describe('What stands above the conversation.'),
  stream: optional(z.boolean().nullable()).describe('Whether the answer comes as server-sent events.'),
  max_output_tokens: optional(z.number().min(1).nullable()),
  text: optional(z.object({ format: optional(textFormatSchema.nullable()), verbosity: verbosityField }).nullable()),
  reasoning: optional(
    z.object({ effort: reasoningEffortField, summary: optional(z.string().nullable()) }).nullable(),
  ).describe('What the model thought is always told, where the upstream tells it.'),
  tools: optional(z.array(responsesToolSchema).nullable()),
  tool_choice: optional(responsesToolChoiceSchema.nullable()),
  parallel_tool_calls: optional(z.boolean().nullable()),
  include: optional(z.array(z.string()).nullable()).describe(
    '`message.output_text.logprobs` asks for log probabilities. Reasoning comes with its `encrypted_content` unasked.',
  ),
  top_logprobs: number,
  temperature: number,
  top_p: number,
  max_tool_calls: number.describe('Counts tools that OpenAI runs itself, of which there are none here.'),
  metadata: optional(z.record(z.string(), z.string()).nullable()).describe('Repeated in the answer; goes no further.'),
}

/** What rests on answers that somebody keeps: clients may say that they do not ask for it. */
const refusedFields = {
  store: optional(z.literal(false).nullable()).describe('`true` is refused: no answer is kept here.'),
  previous_response_id: optional(z.null()).describe(
    'Refused: no answer is kept here. Send the whole conversation in `input`.',
  ),
  conversation: optional(z.null()).describe('Refused: no conversation is kept here. Send all of it in `input`.'),
  background: optional(z.literal(false).nullable()).describe('`true` is refused: answers are made while you wait.'),
  prompt: optional(z.null()).describe('Refused: no templates are kept here. Send `instructions` and `input`.'),
  context_management: optional(z.null()).describe('Refused: no conversation is shortened here.'),
  truncation: optional(z.literal('disabled').nullable()).describe(
    "`'auto'` is refused: no conversation is shortened here.",
  ),
}

/** The body of a request for a response. */
export const responsesRequestSchema = component(
  'ResponsesRequest',
  z.object({ ...servedFields, ...refusedFields, moderation: moderationField, ...callerFields }),
  {
    description:
      "OpenAI's request for a response, answered by a chat. Members that are not listed travel on to the upstream as a chat's do. Parts, tools and messages but the assistant's may have `cache_control`, and parts `prompt_cache_breakpoint`, as in chats.",
    example: { model: 'fast', input: 'Say exactly: hello' },
  },
)
