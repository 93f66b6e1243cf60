import type { OfferedTool, Prompt, ToolCall, ToolDemand, Turn } from '../brain/prompt.ts'
import { arrayOf, type JsonObject, numberOf, objectOf, parseJson, pick, stringOf } from '../json.ts'
import { type Random, randomName } from '../random.ts'
import type { OpenaiModel } from './models.ts'

/** The request as the simulator's model reads it. */
export function chatToPrompt(body: JsonObject, model: OpenaiModel, random: Random): Omit<Prompt, 'variant'> {
  const messages = arrayOf(body.messages).map(objectOf)
  const isSystem = (message: JsonObject) => message.role === 'system' || message.role === 'developer'
  const tools = [
    ...arrayOf(body.tools).map(tool => objectOf(objectOf(tool).function ?? customAsFunction(tool))),
    ...arrayOf(body.functions).map(objectOf),
  ]
  return {
    system: messages.filter(isSystem).map(textOf).join('\n'),
    turns: turnsOf(messages.filter(message => !isSystem(message))),
    tools: tools.map(offered),
    toolDemand: demandOf(body.tool_choice ?? body.function_call),
    parallelTools: body.parallel_tool_calls !== false && body.functions === undefined,
    maxTokens: numberOf(body.max_completion_tokens) ?? numberOf(body.max_tokens),
    stop: [body.stop].flat().flatMap(sequence => stringOf(sequence) ?? []),
    schema: schemaOf(objectOf(body.response_format)),
    reasons:
      (model.reasons || model.quirks || model.tagsThoughts) &&
      body.reasoning_effort !== 'none' &&
      body.reasoning_effort !== 'minimal',
    newToolCallId: () => (model.quirks ? 'call_0' : `call_${randomName(random, 24)}`),
    billedText: JSON.stringify([body.messages, body.tools ?? body.functions ?? []]),
  }
}

/** The names of the tools whose input is free text. */
export function customToolsOf(body: JsonObject): ReadonlySet<string> {
  return new Set(arrayOf(body.tools).flatMap(tool => stringOf(pick(tool, 'custom', 'name')) ?? []))
}

/** What the model writes for it is the one member. */
function customAsFunction(tool: unknown): JsonObject {
  const parameters = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] }
  return { ...objectOf(objectOf(tool).custom), parameters }
}

/** A message's text, whether it came as a string or in parts. */
function textOf(message: JsonObject): string {
  const { content } = message
  if (typeof content === 'string') return content
  return arrayOf(content)
    .flatMap(part => stringOf(pick(part, 'text')) ?? stringOf(pick(part, 'refusal')) ?? [])
    .join('\n')
}

/** Joins neighbours of one side: tool messages and what the user adds to them are one turn. */
function turnsOf(messages: readonly JsonObject[]): readonly Turn[] {
  const turns: Turn[] = []
  for (const message of messages) {
    const next = turnOf(message)
    const previous = turns.at(-1)
    if (previous?.role !== next.role) turns.push(next)
    else
      turns[turns.length - 1] = {
        role: next.role,
        text: [previous.text, next.text].filter(Boolean).join('\n'),
        toolCalls: [...previous.toolCalls, ...next.toolCalls],
        toolResults: [...previous.toolResults, ...next.toolResults],
      }
  }
  return turns
}

function turnOf(message: JsonObject): Turn {
  const { role, tool_call_id: id, name } = message
  const answered = role === 'tool' || role === 'function'
  const legacy = message.function_call === undefined ? [] : [{ id: '', function: message.function_call }]
  return {
    role: role === 'assistant' ? 'assistant' : 'user',
    text: answered ? '' : textOf(message),
    toolCalls: [...arrayOf(message.tool_calls), ...legacy].map(callOf),
    toolResults: answered ? [{ id: stringOf(id) ?? stringOf(name) ?? '', text: textOf(message) }] : [],
  }
}

function callOf(call: unknown): ToolCall {
  const name = stringOf(pick(call, 'function', 'name')) ?? stringOf(pick(call, 'custom', 'name')) ?? ''
  const written = pick(call, 'custom', 'input')
  const input =
    written === undefined ? parseJson(stringOf(pick(call, 'function', 'arguments')) ?? '') : { input: written }
  return { id: stringOf(pick(call, 'id')) || name, name, input }
}

function offered(tool: JsonObject): OfferedTool {
  const { name, description, parameters } = tool
  return { name: stringOf(name) ?? '', description: stringOf(description) ?? '', schema: parameters }
}

function demandOf(choice: unknown): ToolDemand {
  const named = [pick(choice, 'function', 'name'), pick(choice, 'custom', 'name'), pick(choice, 'name')]
  const name = named.flatMap(each => stringOf(each) ?? [])[0]
  if (name !== undefined) return { name }
  if (choice === 'required') return 'any'
  return choice === 'none' ? 'none' : 'auto'
}

function schemaOf(format: JsonObject): unknown {
  if (format.type === 'json_schema') return pick(format, 'json_schema', 'schema') ?? {}
  if (format.type === 'json_object') return { type: 'object', properties: { answer: { type: 'string' } } }
  return undefined
}
