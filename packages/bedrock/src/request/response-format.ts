import type { AnswerRules } from '../answer/answer-rules.ts'
import { hasObjectRoot, wrapRoot } from '../answer/wrapped-root.ts'
import type { ModelCapabilities } from '../models/model-capabilities.ts'
import type { ToolNames } from '../tools/tool-names.ts'
import type { OutputConfig, SystemBlock, ToolChoiceEntry, ToolConfig } from '../wire/converse-wire.ts'
import type { JsonObject } from '../wire/json.ts'
import { mustBe, quoted, refused } from './invalid-request.ts'
import { openObject } from './open-object.ts'
import type { BedrockChatRequest } from './request-extensions.ts'
import { toStrictSchema } from './strict-schema.ts'
import { isStrictable, type StrictRoom } from './strictable.ts'

/** How a request is made to answer in JSON. */
interface AnswerFormat {
  readonly outputConfig?: OutputConfig
  /** The caller's tools, and the synthetic one where there is one. */
  readonly toolConfig: ToolConfig | undefined
  /** Said after the caller's own instructions. */
  readonly instructions: readonly SystemBlock[]
  readonly rules: Pick<AnswerRules, 'toolKinds' | 'wrappedRoot' | 'stripFences'>
}

/** What decides how a format is asked for. */
interface FormatRules {
  readonly capabilities: ModelCapabilities
  /** The caller's tools as they are offered. */
  readonly toolConfig: ToolConfig | undefined
  readonly toolNames: ToolNames
  /** Every tool name the request speaks of, which the synthetic tool must not take. */
  readonly names: readonly string[]
  readonly mayForce: boolean
  readonly dropped: Set<string>
  /** What the tools' schemas left. */
  readonly strictRoom?: StrictRoom
}

interface NamedSchema {
  readonly schema: JsonObject
  readonly name: string | undefined
  readonly description: string | undefined
}

/**
 * Reads `response_format`; `undefined` for plain text. A schema goes to the service where the model has native structured output and
 * the schema can be compiled; else it is a tool that the model is forced to call; else the model is told in words.
 * @throws {GatewayError} `invalid_request` for a format that is none, or whose schema is no object.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
 */
export function toAnswerFormat(request: BedrockChatRequest, rules: FormatRules): AnswerFormat | undefined {
  const format = openObject(request.response_format, 'response_format', "an object such as { type: 'json_object' }")
  if (!format || format.type === 'text') return undefined
  if (format.type === 'json_object') return inWords(undefined, rules)
  if (format.type !== 'json_schema') {
    const choices = "'text', 'json_object' or 'json_schema'"
    if (typeof format.type !== 'string') throw mustBe('response_format.type', choices, format.type)
    throw refused(
      'response_format.type',
      `${quoted(format.type)} is no format that Bedrock can be asked for; use ${choices}`,
    )
  }
  return bySchema(format, rules)
}

function bySchema(format: JsonObject, rules: FormatRules): AnswerFormat {
  const param = 'response_format.json_schema'
  const told = openObject(format.json_schema, param, "an object such as { name: 'answer', schema: {…} }")
  if (!told) throw mustBe(param, "an object such as { name: 'answer', schema: {…} }", format.json_schema)
  const schema = openObject(told.schema, `${param}.schema`, 'a JSON Schema')
  const { toolConfig, capabilities, mayForce, dropped, strictRoom } = rules
  // The caller wants a tool called in this turn: there is no text to have a form.
  if (toolConfig?.toolChoice && !('auto' in toolConfig.toolChoice)) {
    return { toolConfig, instructions: [], rules: {} }
  }
  if (!schema) return inWords(undefined, rules)
  const named = { schema, name: textOf(told.name), description: textOf(told.description) }
  if (capabilities.structuredOutput === 'native' && isStrictable(schema, strictRoom)) return natively(named, toolConfig)
  if (told.strict === true) dropped.add('response_format.strict')
  if (capabilities.structuredOutput === 'prompt' || !capabilities.tools || !mayForce) return inWords(named, rules)
  return byTool(named, rules)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

function natively({ schema, name, description }: NamedSchema, toolConfig: ToolConfig | undefined): AnswerFormat {
  const jsonSchema = {
    schema: JSON.stringify(toStrictSchema(schema)),
    ...(name && { name: name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) }),
    ...(description && { description }),
  }
  return {
    outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } },
    toolConfig,
    instructions: [],
    rules: {},
  }
}

/** The synthetic tool's name, where the caller has no tool of that name. */
const toolName = 'json_answer'

function byTool(named: NamedSchema, { capabilities, toolConfig, toolNames, names }: FormatRules): AnswerFormat {
  const taken = new Set(names)
  let free = toolName
  for (let count = 2; taken.has(free); count++) free = `${toolName}_${count}`
  const name = toolNames.toWire(free)
  const { schema, description } = named
  const wrapped = !hasObjectRoot(schema)
  const json = wrapped ? wrapRoot(schema) : { ...schema, type: 'object' }
  const toolSpec = { name, description: description ?? 'Gives the answer.', inputSchema: { json } }
  const others = toolConfig?.tools ?? []
  const toolChoice = choiceOf(name, others.length > 0, capabilities)
  return {
    toolConfig: { tools: [...others, { toolSpec }], ...(toolChoice && { toolChoice }) },
    instructions: toolChoice
      ? []
      : [{ text: `Give your final answer by calling the tool ${name}, and in no other way.` }],
    rules: {
      toolKinds: new Map([[name, 'content']]),
      ...(wrapped && { wrappedRoot: true }),
      // A model that is not forced may answer in text all the same.
      ...(!toolChoice && { stripFences: true }),
    },
  }
}

/** Beside other tools the model must stay free to call one of them. */
function choiceOf(name: string, hasOthers: boolean, { toolChoices }: ModelCapabilities): ToolChoiceEntry | undefined {
  if (!hasOthers && toolChoices.includes('tool')) return { tool: { name } }
  return toolChoices.includes('any') ? { any: {} } : undefined
}

function inWords(named: NamedSchema | undefined, { toolConfig }: FormatRules): AnswerFormat {
  const what = named ? 'one JSON value that is valid against the JSON Schema below' : 'one JSON object'
  const when = toolConfig ? ' You may call tools first.' : ''
  const answer = `Your final answer must be ${what}, and nothing else: no text around it and no code fence.${when}`
  const purpose = named?.description ? `\n\nIts purpose: ${named.description}` : ''
  const schema = named ? `\n\n${JSON.stringify(named.schema)}` : ''
  return { toolConfig, instructions: [{ text: answer + purpose + schema }], rules: { stripFences: true } }
}
