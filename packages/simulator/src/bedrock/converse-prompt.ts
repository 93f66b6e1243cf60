import type { Prompt, ToolCall, ToolDemand, ToolResult, Turn } from '../brain/prompt.ts'
import { arrayOf, isJsonObject, type JsonObject, numberOf, objectOf, parseJson, pick, stringOf } from '../json.ts'
import { type Random, randomName } from '../random.ts'
import type { ConverseRequest } from './converse-request.ts'

/** The request as the simulator's model reads it. */
export function converseToPrompt(request: ConverseRequest, random: Random): Prompt {
  const { body, additional } = request
  const nativeChoice = objectOf(additional.tool_choice)
  const system = arrayOf(body.system).map(block => stringOf(pick(block, 'text')) ?? '')
  return {
    system: system.join('\n'),
    turns: request.messages.map(turnOf),
    tools: request.tools.flatMap(tool => (isJsonObject(tool.toolSpec) ? [offered(tool.toolSpec)] : [])),
    toolDemand: demandOf(pick(body, 'toolConfig', 'toolChoice'), nativeChoice),
    parallelTools: nativeChoice.disable_parallel_tool_use !== true,
    maxTokens: numberOf(request.inference.maxTokens),
    stop: arrayOf(request.inference.stopSequences).map(String),
    schema: schemaOf(request),
    reasons: reasonsFor(request),
    newToolCallId: () =>
      request.model.toolUseId === 'nine' ? randomName(random, 9) : `tooluse_${randomName(random, 22)}`,
    variant: 0,
    billedText: `${system.join('\n')}${JSON.stringify(body.messages ?? [], withoutBytes)}${JSON.stringify(request.tools)}`,
  }
}

/** Images and documents are billed by their own measure, not by their base64. */
const withoutBytes = (key: string, value: unknown): unknown => (key === 'bytes' ? 'image or document' : value)

function turnOf(message: JsonObject): Turn {
  const blocks = arrayOf(message.content).map(objectOf)
  return {
    role: message.role === 'assistant' ? 'assistant' : 'user',
    text: blocks.flatMap(block => stringOf(block.text) ?? []).join('\n'),
    toolCalls: blocks.flatMap(block => (isJsonObject(block.toolUse) ? [callOf(block.toolUse)] : [])),
    toolResults: blocks.flatMap(block => (isJsonObject(block.toolResult) ? [resultOf(block.toolResult)] : [])),
  }
}

function callOf(use: JsonObject): ToolCall {
  return { id: stringOf(use.toolUseId) ?? '', name: stringOf(use.name) ?? '', input: use.input }
}

function resultOf(result: JsonObject): ToolResult {
  const parts = arrayOf(result.content).map(part => {
    const { text, json } = objectOf(part)
    return stringOf(text) ?? (json === undefined ? '(a file)' : JSON.stringify(json))
  })
  return { id: stringOf(result.toolUseId) ?? '', text: parts.join('\n') }
}

function offered(spec: JsonObject): Prompt['tools'][number] {
  return {
    name: stringOf(spec.name) ?? '',
    description: stringOf(spec.description) ?? '',
    schema: pick(spec, 'inputSchema', 'json'),
  }
}

function demandOf(choice: unknown, native: JsonObject): ToolDemand {
  const name = stringOf(pick(choice, 'tool', 'name')) ?? stringOf(native.name)
  if (name !== undefined) return { name }
  return pick(choice, 'any') !== undefined || native.type === 'any' ? 'any' : 'auto'
}

/** Some models take a schema and answer as they like. */
function schemaOf(request: ConverseRequest): unknown {
  if (request.model.structuredOutput === 'ignored') return undefined
  const text = stringOf(pick(request.body, 'outputConfig', 'textFormat', 'structure', 'jsonSchema', 'schema'))
  return text === undefined ? pick(request.additional, 'output_config', 'format', 'schema') : parseJson(text)
}

function reasonsFor(request: ConverseRequest): boolean {
  const { thinking, thinksUnasked } = request.model
  const asked = stringOf(pick(request.additional, 'thinking', 'type')) ?? (thinksUnasked ? 'adaptive' : 'disabled')
  if (thinking === 'always') return true
  return asked !== 'disabled' || pick(request.additional, 'reasoningConfig', 'type') === 'enabled'
}
