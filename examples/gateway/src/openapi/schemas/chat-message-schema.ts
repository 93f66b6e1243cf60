import * as z from 'zod'
import { functionCallSchema, toolCallSchema } from './chat-tool-schema.ts'
import { component, optional } from './component.ts'
import { cacheControlSchema, contentPartSchema, refusalPartSchema, textPartSchema } from './content-part-schema.ts'
import { reasoningFields } from './thinking-block-schema.ts'

const cache_control = optional(cacheControlSchema)
const name = optional(z.string())
const text = z.union([z.string(), z.array(textPartSchema)])

const developerMessage = component(
  'DeveloperMessage',
  z.object({ role: z.literal('developer'), content: text, name, cache_control }),
)

const systemMessage = component(
  'SystemMessage',
  z.object({ role: z.literal('system'), content: text, name, cache_control }),
)

const userMessage = component(
  'UserMessage',
  z.object({
    role: z.literal('user'),
    content: z.union([z.string(), z.array(contentPartSchema)]),
    name,
    cache_control,
  }),
)

const assistantMessage = component(
  'AssistantMessage',
  z.object({
    role: z.literal('assistant'),
    content: optional(z.union([z.string(), z.array(z.union([textPartSchema, refusalPartSchema])), z.null()])),
    refusal: optional(z.string().nullable()),
    tool_calls: optional(z.array(toolCallSchema)),
    name,
    audio: optional(z.object({ id: z.string() }).nullable()),
    function_call: optional(functionCallSchema.nullable()),
    cache_control,
    ...reasoningFields,
  }),
)

const toolMessage = component(
  'ToolMessage',
  z.object({ role: z.literal('tool'), content: text, tool_call_id: z.string(), cache_control }),
)

const functionMessage = component(
  'FunctionMessage',
  z.object({ role: z.literal('function'), content: z.string().nullable(), name: z.string(), cache_control }),
)

export const chatMessageSchema = component(
  'ChatMessage',
  z.union([developerMessage, systemMessage, userMessage, assistantMessage, toolMessage, functionMessage]),
)
