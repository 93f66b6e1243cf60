import * as z from 'zod'
import { chatMessageSchema } from './chat-message-schema.ts'
import {
  deprecatedFunctionSchema,
  jsonSchemaSchema,
  toolChoiceSchema,
  toolNameSchema,
  toolSchema,
} from './chat-tool-schema.ts'
import { component, optional } from './component.ts'
import { textPartSchema } from './content-part-schema.ts'

export const serviceTierSchema = z.enum(['auto', 'default', 'flex', 'scale', 'priority', 'fast'])

export const reasoningEffortField = optional(
  z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullable(),
)
export const verbosityField = optional(z.enum(['low', 'medium', 'high']).nullable())

const number = optional(z.number().nullable())
const flag = optional(z.boolean().nullable())

const responseFormat = component(
  'ResponseFormat',
  z.union([
    z.object({ type: z.literal('text') }),
    z.object({ type: z.literal('json_object') }),
    z.object({
      type: z.literal('json_schema'),
      json_schema: z.object({
        name: z.string(),
        description: optional(z.string()),
        schema: optional(jsonSchemaSchema),
        strict: flag,
      }),
    }),
  ]),
)

const moderationMode = z.object({ mode: z.enum(['score', 'block']) }).nullable()

export const moderationField = optional(
  z
    .object({
      model: z.string(),
      policy: optional(z.object({ input: optional(moderationMode), output: optional(moderationMode) }).nullable()),
    })
    .nullable(),
)

const webSearchOptions = z.object({
  search_context_size: optional(z.enum(['low', 'medium', 'high'])),
  user_location: optional(
    z
      .object({
        type: z.literal('approximate'),
        approximate: z.object({
          city: optional(z.string()),
          country: optional(z.string()),
          region: optional(z.string()),
          timezone: optional(z.string()),
        }),
      })
      .nullable(),
  ),
})

const audioOptions = z.object({
  format: z.enum(['wav', 'aac', 'mp3', 'flac', 'opus', 'pcm16']),
  voice: z.union([z.string(), z.object({ id: z.string() })]),
})

/** What is asked, and how the answer is to come. */
const whatIsAsked = {
  model: z.string().describe('A route, `provider-id/upstream-model`, or a model id that a provider claims.'),
  messages: z.array(chatMessageSchema),
  stream: flag.describe('Whether the answer comes as server-sent events.'),
  stream_options: optional(
    z.object({ include_usage: optional(z.boolean()), include_obfuscation: optional(z.boolean()) }).nullable(),
  ),
  tools: optional(z.array(toolSchema)),
  tool_choice: optional(toolChoiceSchema),
  parallel_tool_calls: optional(z.boolean()),
  response_format: optional(responseFormat),
  modalities: optional(z.array(z.enum(['text', 'audio'])).nullable()),
  audio: optional(audioOptions.nullable()),
  prediction: optional(
    z.object({ type: z.literal('content'), content: z.union([z.string(), z.array(textPartSchema)]) }).nullable(),
  ),
  web_search_options: optional(webSearchOptions),
  moderation: moderationField,
}

/** How the model is to write. */
const howItIsMade = {
  max_completion_tokens: number,
  max_tokens: number,
  n: number,
  stop: optional(z.union([z.string(), z.array(z.string()), z.null()])),
  temperature: number,
  top_p: number,
  frequency_penalty: number,
  presence_penalty: number,
  logit_bias: optional(z.record(z.string(), z.number()).nullable()),
  logprobs: flag,
  top_logprobs: number,
  seed: number,
  reasoning_effort: reasoningEffortField,
  verbosity: verbosityField,
}

/** Of a chat and of a response alike. */
export const callerFields = {
  service_tier: optional(serviceTierSchema.nullable()),
  safety_identifier: optional(z.string().nullable()),
  user: optional(z.string()),
  prompt_cache_key: optional(z.string().nullable()),
  prompt_cache_options: optional(
    z.object({ mode: optional(z.enum(['implicit', 'explicit'])), ttl: optional(z.literal('30m')) }),
  ),
  prompt_cache_retention: optional(z.enum(['in_memory', '24h']).nullable()),
}

const whoAsks = {
  metadata: optional(z.record(z.string(), z.string()).nullable()),
  store: flag,
  ...callerFields,
  function_call: optional(z.union([z.enum(['none', 'auto']), toolNameSchema])),
  functions: optional(z.array(deprecatedFunctionSchema)),
}

/** The body of a chat. The door itself checks less: what it does not know travels on to the upstream. */
export const chatRequestSchema = component(
  'ChatCompletionRequest',
  z.object({ ...whatIsAsked, ...howItIsMade, ...whoAsks }),
  {
    description: "OpenAI's chat request. Members that are not listed travel on to the upstream.",
    example: { model: 'fast', messages: [{ role: 'user', content: 'Say exactly: hello' }] },
  },
)
