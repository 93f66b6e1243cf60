import { arrayOf, type JsonObject, objectOf, pick, stringOf } from '../../../json.ts'
import { looseness } from '../strict-schema.ts'
import { missing, type Offence, type ResponseRule, unknown } from './response-rule.ts'

const toolsOf = (body: JsonObject) => arrayOf(body.tools).map(objectOf)
const isNamed = ({ type }: JsonObject) => type === 'function' || type === 'custom'

const shared = ['type', 'name', 'description', 'allowed_callers', 'async', 'defer_loading']
/** Members of tools by their type; of those that OpenAI runs itself, any. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  function: [...shared, 'parameters', 'strict', 'output_schema'],
  custom: [...shared, 'format'],
}

/** Rules about the tools that are offered, and the choice among them. */
export const TOOL_RULES: readonly ResponseRule[] = [
  {
    id: 'tool-name-missing',
    check: ({ body }) => {
      const at = toolsOf(body).findIndex(tool => isNamed(tool) && tool.name === undefined)
      return at < 0 ? undefined : missing(`tools[${at}].name`)
    },
  },
  {
    id: 'tool-members',
    check: ({ body }) => {
      for (const [at, tool] of toolsOf(body).entries()) {
        const odd = Object.keys(tool).find(name => !(KNOWN[String(tool.type)] ?? [name]).includes(name))
        if (odd !== undefined) return unknown(`tools[${at}].${odd}`)
        const format = objectOf(tool.format)
        const lacking = ['definition', 'syntax'].find(name => format.type === 'grammar' && format[name] === undefined)
        if (lacking !== undefined) return missing(`tools[${at}].format.${lacking}`)
      }
      return undefined
    },
  },
  {
    id: 'tool-name',
    check: ({ body }) => {
      const wrong = (tool: JsonObject) => isNamed(tool) && !/^[a-zA-Z0-9_-]{1,64}$/.test(stringOf(tool.name) ?? '')
      const at = toolsOf(body).findIndex(wrong)
      const param = `tools[${at}].name`
      const message = `Invalid '${param}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`
      return at < 0 ? undefined : { message, param, code: 'invalid_value' }
    },
  },
  {
    id: 'tool-schema',
    check: ({ body }) => {
      for (const [at, { name, strict, parameters }] of toolsOf(body).entries()) {
        const loose = strict === true ? looseness(parameters) : undefined
        if (loose === undefined) continue
        const message = `Invalid schema for function '${String(name)}': ${loose}`
        return { message, param: `tools[${at}].parameters`, code: 'invalid_function_parameters' }
      }
      return undefined
    },
  },
  { id: 'tool-choice', check: ({ body }) => wrongChoice(body) },
]

function wrongChoice(body: JsonObject): Offence | undefined {
  const choice = body.tool_choice
  const param = 'tool_choice'
  if (choice === 'required' && toolsOf(body).length === 0)
    return { message: "Tool choice 'required' must be specified with 'tools' parameter.", param }
  const { type, name, tools } = objectOf(choice)
  const offered = (wanted: unknown) => toolsOf(body).some(tool => tool.name === wanted)
  if (type === 'function' || type === 'custom') {
    if (name === undefined) return missing('tool_choice.name')
    if (!offered(name)) return { message: `Tool choice '${type}' not found in 'tools' parameter.`, param }
  }
  if (type !== 'allowed_tools') return undefined
  if (pick(choice, 'mode') === undefined) return missing('tool_choice.mode')
  const unnamed = arrayOf(tools).findIndex(tool => isNamed(objectOf(tool)) && pick(tool, 'name') === undefined)
  if (unnamed >= 0) return missing(`tool_choice.tools[${unnamed}].name`)
  const lost = arrayOf(tools).find(tool => isNamed(objectOf(tool)) && !offered(pick(tool, 'name')))
  const message = `Tool choice '${String(pick(lost, 'type'))}' not found in 'tools' parameter.`
  return lost === undefined ? undefined : { message, param }
}
