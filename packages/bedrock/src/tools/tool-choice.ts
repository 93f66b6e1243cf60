import type { ChatCompletionRequest, FunctionTool } from '@modelgate/core'
import { mustBe, quoted, refused } from '../request/invalid-request.ts'
import type { ToolChoiceEntry } from '../wire/converse-wire.ts'
import { isJsonObject } from '../wire/json.ts'
import type { ToolRules } from './tool-rules.ts'

/** The tools that are offered in the end, and how the model is bound to them. */
interface ChosenTools {
  readonly tools: readonly FunctionTool[]
  readonly choice?: ToolChoiceEntry
}

/**
 * Reads `tool_choice`. The tools are none for `none`, which Converse cannot say in any other way.
 * @throws {GatewayError} `invalid_request` for a choice that is malformed, or that none of the tools can meet.
 */
export function chooseTools(
  choice: ChatCompletionRequest['tool_choice'] | null,
  tools: readonly FunctionTool[],
  rules: ToolRules,
): ChosenTools {
  if (choice === 'none') return { tools: [] }
  if (choice === undefined || choice === null || choice === 'auto') return { tools }
  if (choice === 'required') return required(tools, rules)
  switch (choice.type) {
    case 'allowed_tools':
      return allowed(choice.allowed_tools, tools, rules)
    case 'function':
      return named(nameIn(choice.function, 'tool_choice.function'), tools, rules)
    case 'custom':
      return named(nameIn(choice.custom, 'tool_choice.custom'), tools, rules)
    default:
      throw refused(
        'tool_choice.type',
        `${quoted((choice as { readonly type: string }).type)} is no choice that Bedrock can be told; use function, custom or allowed_tools`,
      )
  }
}

function nameIn(value: unknown, param: string): string {
  if (!isJsonObject(value)) throw mustBe(param, "an object such as { name: 'get_weather' }", value)
  if (typeof value.name !== 'string')
    throw mustBe(`${param}.name`, "the name of one of the request's tools", value.name)
  return value.name
}

function required(
  tools: readonly FunctionTool[],
  { capabilities, dropped, mayForce, choiceParam }: ToolRules,
): ChosenTools {
  if (tools.length === 0) throw refused('tool_choice', 'there are no tools to choose from; send tools, or leave it out')
  if (mayForce && capabilities.toolChoices.includes('any')) return { tools, choice: { any: {} } }
  dropped.add(choiceParam ?? 'tool_choice')
  return { tools }
}

function allowed(value: unknown, tools: readonly FunctionTool[], rules: ToolRules): ChosenTools {
  const param = 'tool_choice.allowed_tools'
  if (!isJsonObject(value)) throw mustBe(param, "an object such as { mode: 'auto', tools: […] }", value)
  const { mode, tools: list } = value
  if (mode !== 'auto' && mode !== 'required') throw mustBe(`${param}.mode`, "'auto' or 'required'", mode)
  if (!Array.isArray(list)) throw mustBe(`${param}.tools`, "an array of the request's tools by name", list)
  const names = new Set(list.map(allowedName))
  const chosen = tools.filter(tool => names.has(tool.function.name))
  if (chosen.length === 0) throw refused(`${param}.tools`, "names none of the request's tools; name at least one")
  return mode === 'required' ? required(chosen, rules) : { tools: chosen }
}

/** `{ type: 'function', function: { name } }`, the same of a custom tool, or as OpenAI's other API writes both, `{ type, name }`. */
function allowedName(tool: unknown): unknown {
  if (!isJsonObject(tool)) return undefined
  const named = tool.function ?? tool.custom ?? tool
  return isJsonObject(named) ? named.name : undefined
}

function named(name: string, tools: readonly FunctionTool[], rules: ToolRules): ChosenTools {
  const only = tools.filter(tool => tool.function.name === name)
  if (only.length === 0)
    throw refused('tool_choice', `${quoted(name)} is none of the request's tools; name one of them`)
  if (rules.mayForce && rules.capabilities.toolChoices.includes('tool')) {
    return { tools, choice: { tool: { name: rules.toolNames.toWire(name) } } }
  }
  // Offering that one tool alone is as near as such a model comes.
  return required(only, rules)
}
