import type { Prompt, Turn } from '../../brain/prompt.ts'
import { arrayOf, type JsonObject, objectOf, pick, stringOf } from '../../json.ts'
import type { Random } from '../../random.ts'
import { chatToPrompt } from '../chat-prompt.ts'
import type { OpenaiModel } from '../models.ts'
import { madeStrict } from './strict-schema.ts'

const TRIGGERS = ['refusal', 'content_filter', 'max_output_tokens'] as const

/** What a word in the last turn asks for: that the model declines, that a filter ends its answer, that its thoughts use its tokens up. */
export type ResponseTrigger = (typeof TRIGGERS)[number]

/** A request as the simulator's model reads it. */
export interface ReadRequest {
  readonly prompt: Omit<Prompt, 'variant'>
  readonly trigger: ResponseTrigger | undefined
}

const TRIGGER = new RegExp(`\\s?#(${TRIGGERS.join('|')})(?![\\w-])`, 'g')

/** The request as the simulator's model reads it: as the chat that says the same. */
export function responseToPrompt(body: JsonObject, model: OpenaiModel, random: Random): ReadRequest {
  const prompt = chatToPrompt(toChat(body), model, random)
  const [found] = Array.from((prompt.turns.at(-1)?.text ?? '').matchAll(TRIGGER), match => match[1])
  const trigger = TRIGGERS.find(name => name === found)
  return { prompt: { ...prompt, turns: withoutTriggers(prompt.turns) }, trigger }
}

/** The names of the tools whose input is free text. */
export function customToolsOf(body: JsonObject): ReadonlySet<string> {
  const tools = arrayOf(body.tools).filter(tool => pick(tool, 'type') === 'custom')
  return new Set(tools.flatMap(tool => stringOf(pick(tool, 'name')) ?? []))
}

/** A function is strict unless it says otherwise, where its schema can be. */
export function usedTool(tool: unknown): JsonObject {
  const said = objectOf(tool)
  if (said.type !== 'function') return said
  const { type, name, description = null, parameters = null, strict, ...more } = said
  const made = strict === undefined || strict === null ? madeStrict(parameters) : undefined
  return { type, description, name, parameters: made ?? parameters, strict: strict ?? made !== undefined, ...more }
}

function toChat(body: JsonObject): JsonObject {
  const instructions = stringOf(body.instructions)
  const items = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : arrayOf(body.input)
  const { mode, tools: allowed } = objectOf(pick(body.tool_choice, 'type') === 'allowed_tools' ? body.tool_choice : {})
  const names = arrayOf(allowed).map(tool => pick(tool, 'name'))
  const tools = arrayOf(body.tools).filter(tool => allowed === undefined || names.includes(pick(tool, 'name')))
  const format = objectOf(pick(body.text, 'format'))
  return {
    messages: [
      ...(instructions === undefined ? [] : [{ role: 'developer', content: instructions }]),
      ...items.map(objectOf).flatMap(messagesOf),
    ],
    tools: tools.flatMap(nested),
    tool_choice: allowed === undefined ? body.tool_choice : mode,
    parallel_tool_calls: body.parallel_tool_calls,
    max_completion_tokens: body.max_output_tokens,
    response_format: format.type === 'json_schema' ? { type: format.type, json_schema: format } : format,
    reasoning_effort: pick(body.reasoning, 'effort'),
  }
}

/** Tools that OpenAI runs itself are not simulated: the model does not see them. */
function nested(tool: unknown): readonly JsonObject[] {
  const used = usedTool(tool)
  if (used.type === 'function') return [{ type: 'function', function: used }]
  return used.type === 'custom' ? [{ type: 'custom', custom: used }] : []
}

function messagesOf(item: JsonObject): readonly JsonObject[] {
  const { type = 'message', role, content, call_id: id, name } = item
  switch (type) {
    case 'message':
      return [{ role, content }]
    case 'function_call':
      return [{ role: 'assistant', tool_calls: [{ id, function: { name, arguments: item.arguments } }] }]
    case 'custom_tool_call':
      return [{ role: 'assistant', tool_calls: [{ id, custom: { name, input: item.input } }] }]
    case 'function_call_output':
    case 'custom_tool_call_output':
      return [{ role: 'tool', tool_call_id: id, content: item.output }]
    default:
      return []
  }
}

function withoutTriggers(turns: readonly Turn[]): readonly Turn[] {
  return turns.map((turn, index) =>
    index === turns.length - 1 ? { ...turn, text: turn.text.replace(TRIGGER, '') } : turn,
  )
}
