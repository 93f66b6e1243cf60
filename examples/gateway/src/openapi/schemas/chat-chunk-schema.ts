import * as z from 'zod'
import { annotationSchema, answerFields, finishReasonSchema, logprobsSchema } from './chat-completion-schema.ts'
import { component, optional } from './component.ts'
import { thinkingBlockDeltaSchema } from './thinking-block-schema.ts'
import { usageSchema } from './usage-schema.ts'

const name = optional(z.string())
const functionCallDelta = z.object({ name, arguments: optional(z.string()) })

const toolCallDelta = z.object({
  index: z.number(),
  id: optional(z.string()),
  type: optional(z.enum(['function', 'custom'])),
  function: optional(functionCallDelta),
  custom: optional(z.object({ name, input: optional(z.string()) })),
})

const delta = component(
  'ChunkDelta',
  z.object({
    role: optional(z.enum(['developer', 'system', 'user', 'assistant', 'tool'])),
    content: optional(z.string().nullable()),
    refusal: optional(z.string().nullable()),
    tool_calls: optional(z.array(toolCallDelta)),
    reasoning_content: optional(z.string().nullable()),
    thinking_blocks: optional(z.array(thinkingBlockDeltaSchema)),
    annotations: optional(z.array(annotationSchema)),
    audio: optional(
      z.object({
        id: optional(z.string()),
        data: optional(z.string()),
        expires_at: optional(z.number()),
        transcript: optional(z.string()),
      }),
    ),
    function_call: optional(functionCallDelta),
  }),
)

/** What an event of a stream holds in its `data`. */
export const chatChunkSchema = component(
  'ChatCompletionChunk',
  z.object({
    ...answerFields,
    object: z.literal('chat.completion.chunk'),
    choices: z.array(
      z.object({
        index: z.number(),
        delta,
        finish_reason: finishReasonSchema.nullable(),
        logprobs: optional(logprobsSchema.nullable()),
      }),
    ),
    usage: optional(usageSchema.nullable()),
    obfuscation: optional(z.string()),
  }),
  {
    example: {
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1_760_000_000,
      model: 'gpt-4o-mini',
      choices: [{ index: 0, delta: { content: 'hello' }, finish_reason: null }],
    },
  },
)
