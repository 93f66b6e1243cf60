import * as z from 'zod'
import { tokenLogprobSchema } from './chat-completion-schema.ts'
import { component } from './component.ts'
import { errorSchema } from './error-schema.ts'
import {
  outputAnnotationSchema,
  outputItemSchema,
  outputPartSchema,
  responseObjectSchema,
  summaryPartSchema,
} from './response-object-schema.ts'

const number = z.number()
const text = z.string()
const logprobs = z.array(tokenLogprobSchema)
const sequence_number = number.describe('From 0, one by one.')
const inItem = { item_id: text, output_index: number }
const inContent = { ...inItem, content_index: number }
const inSummary = { ...inItem, summary_index: number }

function event<const Type extends string, Members extends z.ZodRawShape>(type: Type, members: Members) {
  return z.object({ type: z.literal(type), sequence_number, ...members })
}

const lifecycle = component(
  'ResponseLifecycleEvent',
  z.object({
    type: z.enum([
      'response.created',
      'response.in_progress',
      'response.completed',
      'response.incomplete',
      'response.failed',
    ]),
    sequence_number,
    response: responseObjectSchema,
  }),
  { description: 'The response as it stands: the first two events and the last.' },
)

const itemEvents = component(
  'ResponseItemEvent',
  z.union([
    event('response.output_item.added', { output_index: number, item: outputItemSchema }),
    event('response.output_item.done', { output_index: number, item: outputItemSchema }),
  ]),
)

const messageEvents = component(
  'ResponseMessageEvent',
  z.union([
    event('response.content_part.added', { ...inContent, part: outputPartSchema }),
    event('response.output_text.delta', { ...inContent, delta: text, logprobs }),
    event('response.output_text.annotation.added', {
      ...inContent,
      annotation_index: number,
      annotation: outputAnnotationSchema,
    }),
    event('response.output_text.done', { ...inContent, text, logprobs }),
    event('response.refusal.delta', { ...inContent, delta: text }),
    event('response.refusal.done', { ...inContent, refusal: text }),
    event('response.content_part.done', { ...inContent, part: outputPartSchema }),
  ]),
  { description: 'What the model says.' },
)

const reasoningEvents = component(
  'ResponseReasoningEvent',
  z.union([
    event('response.reasoning_summary_part.added', { ...inSummary, part: summaryPartSchema }),
    event('response.reasoning_summary_text.delta', { ...inSummary, delta: text }),
    event('response.reasoning_summary_text.done', { ...inSummary, text }),
    event('response.reasoning_summary_part.done', { ...inSummary, part: summaryPartSchema }),
  ]),
  { description: 'What the model thinks.' },
)

const callEvents = component(
  'ResponseCallEvent',
  z.union([
    event('response.function_call_arguments.delta', { ...inItem, delta: text }),
    event('response.function_call_arguments.done', { ...inItem, name: text, arguments: text }),
    event('response.custom_tool_call_input.delta', { ...inItem, delta: text }),
    event('response.custom_tool_call_input.done', { ...inItem, input: text }),
  ]),
  { description: 'What the model calls.' },
)

const { code, message, param } = errorSchema.shape.error.shape
const errorEvent = component(
  'ResponseErrorEvent',
  event('error', { code, message, param, error: errorSchema.shape.error }),
  { description: 'Why the stream fails; `response.failed` follows.' },
)

/** What the `data` of an event holds, once it is parsed. */
export const responseEventSchema = component(
  'ResponseEvent',
  z.union([lifecycle, itemEvents, messageEvents, reasoningEvents, callEvents, errorEvent]),
  {
    description: 'The `data` of one event; its `event` is the `type`.',
    example: {
      type: 'response.output_text.delta',
      sequence_number: 4,
      item_id: 'msg_1_0',
      output_index: 0,
      content_index: 0,
      delta: 'hello',
      logprobs: [],
    },
  },
)
