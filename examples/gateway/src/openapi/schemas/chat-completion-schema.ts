import * as z from 'zod'
import { serviceTierSchema } from './chat-request-schema.ts'
import { functionCallSchema, toolCallSchema } from './chat-tool-schema.ts'
import { component, optional } from './component.ts'
import { moderationSchema } from './moderation-schema.ts'
import { reasoningFields } from './thinking-block-schema.ts'
import { usageSchema } from './usage-schema.ts'

export const finishReasonSchema = component(
  'FinishReason',
  z.enum(['stop', 'length', 'tool_calls', 'content_filter', 'function_call']),
)

export const annotationSchema = component(
  'Annotation',
  z.object({
    type: z.literal('url_citation'),
    url_citation: z.object({
      start_index: z.number(),
      end_index: z.number(),
      title: z.string(),
      url: z.string(),
    }),
  }),
)

const topLogprob = { token: z.string(), bytes: z.array(z.number()).nullable(), logprob: z.number() }
export const tokenLogprobSchema = z.object({ ...topLogprob, top_logprobs: z.array(z.object(topLogprob)) })
const tokenLogprobs = z.array(tokenLogprobSchema).nullable()

export const logprobsSchema = component('Logprobs', z.object({ content: tokenLogprobs, refusal: tokenLogprobs }))

/** Members that stand on whole answers and on chunks alike. */
export const answerFields = {
  id: z.string(),
  created: z.number().describe('Unix seconds.'),
  model: z.string().describe('What answered, which is not the alias that was asked for.'),
  service_tier: optional(serviceTierSchema.nullable()),
  system_fingerprint: optional(z.string()),
  moderation: optional(moderationSchema.nullable()),
  trace: optional(z.record(z.string(), z.unknown())),
  additional_model_response_fields: optional(z.record(z.string(), z.unknown())),
}

const message = z.object({
  role: z.literal('assistant'),
  content: z.string().nullable(),
  refusal: z.string().nullable(),
  tool_calls: optional(z.array(toolCallSchema)),
  annotations: optional(z.array(annotationSchema)),
  audio: optional(
    z.object({ id: z.string(), data: z.string(), expires_at: z.number(), transcript: z.string() }).nullable(),
  ),
  function_call: optional(functionCallSchema.nullable()),
  ...reasoningFields,
})

export const chatCompletionSchema = component(
  'ChatCompletion',
  z.object({
    ...answerFields,
    object: z.literal('chat.completion'),
    choices: z.array(
      z.object({
        index: z.number(),
        message,
        finish_reason: finishReasonSchema,
        logprobs: logprobsSchema.nullable(),
      }),
    ),
    usage: optional(usageSchema),
    metadata: optional(z.record(z.string(), z.string()).nullable()),
  }),
  {
    example: {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1_760_000_000,
      model: 'gpt-4o-mini',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'hello', refusal: null },
          finish_reason: 'stop',
          logprobs: null,
        },
      ],
      usage: { prompt_tokens: 5, completion_tokens: 1, total_tokens: 6 },
    },
  },
)
