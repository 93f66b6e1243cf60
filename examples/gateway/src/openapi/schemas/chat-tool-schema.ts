import * as z from 'zod'
import { component, optional } from './component.ts'
import { cacheControlSchema } from './content-part-schema.ts'

/** A JSON Schema of the caller's own. */
export const jsonSchemaSchema = z.record(z.string(), z.unknown())
export const toolNameSchema = component('ToolName', z.object({ name: z.string() }))

const functionTool = component(
  'FunctionTool',
  z.object({
    type: z.literal('function'),
    function: z.object({
      name: z.string(),
      description: optional(z.string()),
      parameters: optional(jsonSchemaSchema),
      strict: optional(z.boolean().nullable()),
    }),
    cache_control: optional(cacheControlSchema),
  }),
)

const customTool = component(
  'CustomTool',
  z.object({
    type: z.literal('custom'),
    custom: z.object({
      name: z.string(),
      description: optional(z.string()),
      format: optional(
        z.union([
          z.object({ type: z.literal('text') }),
          z.object({
            type: z.literal('grammar'),
            grammar: z.object({ definition: z.string(), syntax: z.enum(['lark', 'regex']) }),
          }),
        ]),
      ),
    }),
    cache_control: optional(cacheControlSchema),
  }),
)

export const toolSchema = component('Tool', z.union([functionTool, customTool]))

export const toolChoiceSchema = component(
  'ToolChoice',
  z.union([
    z.enum(['none', 'auto', 'required']),
    z.object({
      type: z.literal('allowed_tools'),
      allowed_tools: z.object({
        mode: z.enum(['auto', 'required']),
        tools: z.array(z.record(z.string(), z.unknown())),
      }),
    }),
    z.object({ type: z.literal('function'), function: toolNameSchema }),
    z.object({ type: z.literal('custom'), custom: toolNameSchema }),
  ]),
)

export const functionCallSchema = component(
  'FunctionCall',
  z.object({ name: z.string(), arguments: z.string().describe('JSON text as the model wrote it.') }),
)

export const toolCallSchema = component(
  'ToolCall',
  z.union([
    z.object({ id: z.string(), type: z.literal('function'), function: functionCallSchema }),
    z.object({
      id: z.string(),
      type: z.literal('custom'),
      custom: z.object({ name: z.string(), input: z.string() }),
    }),
  ]),
)

export const deprecatedFunctionSchema = z.object({
  name: z.string(),
  description: optional(z.string()),
  parameters: optional(jsonSchemaSchema),
})
