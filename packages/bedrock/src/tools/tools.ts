import type { ChatCompletionRequest, FunctionTool, Tool } from '@modelgate/core'
import { webSearchTools } from '../answer/web-search.ts'
import { marked } from '../caching/cache-marks.ts'
import { familiesTaking } from '../models/models.ts'
import { lacking, quoted, refused } from '../request/invalid-request.ts'
import { openObject } from '../request/open-object.ts'
import { maxStrictTools, toStrictSchema } from '../request/strict-schema.ts'
import { isStrictable } from '../request/strictable.ts'
import type { ToolConfig, ToolEntry } from '../wire/converse-wire.ts'
import { toFunctionTool } from './custom-tools.ts'
import { toInputSchema } from './input-schema.ts'
import { chooseTools } from './tool-choice.ts'
import type { ToolRules } from './tool-rules.ts'

/**
 * The tools offered and the choice among them; `undefined` when there are none, or the caller chose `none`, which Converse
 * cannot say in any other way.
 * @throws {GatewayError} `invalid_request` for tools that the model does not take, for a tool of an unknown kind, for two of one name,
 * and for a choice that no tool of the request meets.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html
 */
export function toToolConfig(request: ChatCompletionRequest, rules: ToolRules): ToolConfig | undefined {
  const all = (request.tools ?? []).map((tool, index) => functionTool(tool, index, rules.dropped))
  refuseTwins(all, 'tools')
  const { tools, choice } = chooseTools(request.tool_choice, all, rules)
  const systemTools = webSearchTools(request, rules.capabilities, rules.dropped)
  if (tools.length + systemTools.length === 0) return undefined
  if (!rules.capabilities.tools) {
    const remedy = `leave them out, or use a model that takes them, such as ${familiesTaking('tools')}`
    throw lacking('tools', rules.toolsParam ?? 'tools', `${rules.capabilities.family} takes no tools; ${remedy}`)
  }
  let strictTools = 0
  const entries = tools.flatMap(tool => {
    const entry = toEntry(tool, rules, strictTools < maxStrictTools)
    if (entry.toolSpec.strict) strictTools++
    return marked([entry], tool)
  })
  return {
    tools: [...entries, ...systemTools],
    ...(choice && { toolChoice: choice }),
  }
}

/** Every tool name that a request speaks of: offered, called in the history. Tools of other kinds are refused later. */
export function toolNamesIn({ tools, messages }: ChatCompletionRequest): string[] {
  const names: string[] = []
  for (const tool of tools ?? []) {
    if (tool.type === 'custom') names.push(tool.custom.name)
    else if (tool.type === 'function') names.push(tool.function.name)
  }
  for (const message of messages) {
    if (message.role !== 'assistant') continue
    for (const call of message.tool_calls ?? []) {
      names.push(call.type === 'custom' ? call.custom.name : call.function.name)
    }
  }
  return names
}

function functionTool(tool: Tool, index: number, dropped: Set<string>): FunctionTool {
  const param = `tools[${index}]`
  if (tool.type === 'custom') return toFunctionTool(tool, param, dropped)
  if (tool.type === 'function') {
    openObject(tool.function.parameters, `${param}.function.parameters`, 'a JSON Schema')
    return tool
  }
  const { type } = tool as { readonly type: string }
  const remedy = 'leave it out, or declare a function'
  throw refused(param, `Bedrock cannot be sent a tool of type ${quoted(type)}; ${remedy}`)
}

/**
 * Converse refuses two tools of one name, and nobody could tell their calls apart.
 * @param at the list they stand in, `tools`.
 * @throws {GatewayError} `invalid_request` naming the second.
 */
export function refuseTwins(tools: readonly FunctionTool[], at: string): void {
  const names = new Set<string>()
  for (const [index, { function: tool }] of tools.entries()) {
    const { size } = names.add(tool.name)
    if (size > index) continue
    throw refused(`${at}[${index}]`, `${quoted(tool.name)} is offered twice; give each tool a name of its own`)
  }
}

function toEntry(
  tool: FunctionTool,
  { capabilities, toolNames, dropped, strictRoom }: ToolRules,
  mayBeStrict: boolean,
): ToolEntry {
  const { name, description, parameters } = tool.function
  const { json, isWhole } = toInputSchema(parameters, capabilities)
  const asked = tool.function.strict === true && capabilities.strictTools
  // What is told in words binds nobody.
  const strict = asked && mayBeStrict && isWhole && isStrictable(json, strictRoom)
  if (tool.function.strict && !strict) dropped.add('tools.strict')
  return {
    toolSpec: {
      name: toolNames.toWire(name),
      // An empty description is refused.
      ...(description?.trim() && { description }),
      inputSchema: { json: strict ? toStrictSchema(json) : json },
      ...(strict && { strict }),
    },
  }
}
