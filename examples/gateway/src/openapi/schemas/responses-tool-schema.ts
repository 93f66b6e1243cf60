import * as z from 'zod'
import { jsonSchemaSchema } from './chat-tool-schema.ts'
import { component, optional } from './component.ts'

const functionTool = component(
  'ResponsesFunctionTool',
  z.object({
    type: z.literal('function'),
    name: z.string(),
    description: optional(z.string().nullable()),
    parameters: optional(jsonSchemaSchema.nullable()),
    strict: optional(z.boolean().nullable()).describe('Default false, as in chats.'),
  }),
)

const customTool = component(
  'ResponsesCustomTool',
  z.object({
    type: z.literal('custom'),
    name: z.string(),
    description: optional(z.string().nullable()),
    format: optional(
      z
        .union([
          z.object({ type: z.literal('text') }),
          z.object({ type: z.literal('grammar'), definition: z.string(), syntax: z.enum(['lark', 'regex']) }),
        ])
        .nullable(),
    ),
  }),
)

const namespace = component(
  'ResponsesNamespace',
  z.object({
    type: z.literal('namespace'),
    name: z.string(),
    description: optional(z.string().nullable()),
    tools: z.array(z.union([functionTool, customTool])),
  }),
  { description: 'Tools that belong together, such as those of one MCP server: calls name it beside the tool.' },
)

const toolSearch = component(
  'ResponsesToolSearch',
  z.object({
    type: z.literal('tool_search'),
    execution: z.literal('client'),
    description: optional(z.string().nullable()),
    parameters: optional(jsonSchemaSchema.nullable()),
  }),
  { description: 'Looks for tools that the model was not shown: the caller does.' },
)

export const responsesToolSchema = component(
  'ResponsesTool',
  z.union([functionTool, customTool, namespace, toolSearch]),
  {
    description:
      'A tool that the caller runs. Those that OpenAI runs itself are refused: `web_search`, `file_search`, `code_interpreter`, `computer_use_preview`, `image_generation`, `mcp`, `local_shell` and their like.',
    example: {
      type: 'function',
      name: 'get_weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
)

const toolReference = z.object({ type: z.string(), name: optional(z.string()) })

export const responsesToolChoiceSchema = component(
  'ResponsesToolChoice',
  z.union([
    z.enum(['none', 'auto', 'required']),
    z.object({ type: z.enum(['function', 'custom']), name: z.string() }),
    z.object({ type: z.literal('allowed_tools'), mode: z.enum(['auto', 'required']), tools: z.array(toolReference) }),
  ]),
)
