import { type ChatCompletionRequest, GatewayError } from '@modelgate/core'
import type { ToolChoiceEntry, ToolConfig, ToolEntry } from './converse-wire.ts'
import { isJsonObject } from './json.ts'
import type { ModelCapabilities } from './models.ts'
import { toStrictSchema } from './strict-schema.ts'
import type { ToolNames } from './tool-names.ts'

type Tool = NonNullable<ChatCompletionRequest['tools']>[number]
type FunctionTool = Extract<Tool, { type: 'function' }>

/** What decides how tools are offered. */
export interface ToolRules {
  readonly capabilities: ModelCapabilities
  readonly toolNames: ToolNames
  readonly dropped: Set<string>
  /** Claude refuses a forced choice while it thinks. */
  readonly mayForce: boolean
}

/**
 * The tools offered and the choice among them; `undefined` when there are none, or the caller chose `none`, which Converse
 * cannot say in any other way.
 * @throws {GatewayError} `invalid_request` for a custom tool, and for a choice that names no tool of the request.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html
 */
export function toToolConfig(request: ChatCompletionRequest, rules: ToolRules): ToolConfig | undefined {
  const { tools, choice } = chosen(request, rules)
  if (tools.length === 0) return undefined
  return {
    tools: tools.map(tool => toEntry(tool, rules)),
    ...(choice && { toolChoice: choice }),
  }
}

/** Every tool name that a request speaks of: offered, called in the history. */
export function toolNamesIn({ tools, messages }: ChatCompletionRequest): string[] {
  const offered = (tools ?? []).map(tool => (tool.type === 'function' ? tool.function.name : tool.custom.name))
  const called = messages.flatMap(message =>
    message.role === 'assistant'
      ? (message.tool_calls ?? []).map(call => (call.type === 'custom' ? call.custom.name : call.function.name))
      : [],
  )
  return [...offered, ...called]
}

interface Chosen {
  readonly tools: readonly FunctionTool[]
  readonly choice?: ToolChoiceEntry
}

function chosen(request: ChatCompletionRequest, rules: ToolRules): Chosen {
  const tools = (request.tools ?? []).map(functionTool)
  const choice = request.tool_choice ?? 'auto'
  if (choice === 'none') return { tools: [] }
  if (choice === 'auto') return { tools }
  if (choice === 'required') return required(tools, rules)
  if (choice.type === 'allowed_tools') {
    const names = new Set(
      choice.allowed_tools.tools.map(tool => (isJsonObject(tool.function) ? tool.function.name : undefined)),
    )
    const allowed = tools.filter(tool => names.has(tool.function.name))
    return choice.allowed_tools.mode === 'required' ? required(allowed, rules) : { tools: allowed }
  }
  const name = choice.type === 'function' ? choice.function.name : choice.custom.name
  return named(name, tools, rules)
}

function required(tools: readonly FunctionTool[], { capabilities, dropped, mayForce }: ToolRules): Chosen {
  if (mayForce && capabilities.toolChoices.includes('any')) return { tools, choice: { any: {} } }
  dropped.add('tool_choice')
  return { tools }
}

function named(name: string, tools: readonly FunctionTool[], rules: ToolRules): Chosen {
  const only = tools.filter(tool => tool.function.name === name)
  if (only.length === 0) {
    const message = `tool_choice: '${name}' is none of the request's tools; name one of them.`
    throw new GatewayError('invalid_request', message, { param: 'tool_choice' })
  }
  if (rules.mayForce && rules.capabilities.toolChoices.includes('tool')) {
    return { tools, choice: { tool: { name: rules.toolNames.toWire(name) } } }
  }
  // Offering that one tool alone is as near as such a model comes.
  return required(only, rules)
}

function functionTool(tool: Tool, index: number): FunctionTool {
  if (tool.type === 'function') return tool
  const param = `tools[${index}]`
  const message = `${param}: Bedrock cannot be sent a tool of type '${tool.type}'; declare a function with one string parameter.`
  throw new GatewayError('invalid_request', message, { param })
}

function toEntry(tool: FunctionTool, { capabilities, toolNames, dropped }: ToolRules): ToolEntry {
  const { name, description, parameters } = tool.function
  const strict = tool.function.strict === true && capabilities.strictTools
  if (tool.function.strict && !strict) dropped.add('tools.strict')
  const schema = toInputSchema(parameters)
  return {
    toolSpec: {
      name: toolNames.toWire(name),
      // An empty description is refused.
      ...(description?.trim() && { description }),
      inputSchema: { json: strict ? toStrictSchema(schema) : schema },
      ...(strict && { strict }),
    },
  }
}

/** Converse wants an object schema; OpenAI lets a function without parameters leave it out. */
function toInputSchema(parameters: Record<string, unknown> | null | undefined): Record<string, unknown> {
  if (!parameters || Object.keys(parameters).length === 0) return { type: 'object', properties: {} }
  return parameters.type === 'object' ? parameters : { ...parameters, type: 'object' }
}
