import type { AnswerRules } from '../answer/answer-rules.ts'
import { toCachedPrompt } from '../caching/cache-points.ts'
import type { ModelCapabilities } from '../models/model-capabilities.ts'
import { toThinking } from '../thinking/thinking.ts'
import { wrappedToolsIn } from '../tools/input-schema.ts'
import { toolKindsOf } from '../tools/tool-kinds.ts'
import { createToolNames, type ToolNames } from '../tools/tool-names.ts'
import { toolNamesIn, toToolConfig } from '../tools/tools.ts'
import type { ConverseBody, ConverseMessage, SystemBlock } from '../wire/converse-wire.ts'
import { withoutFunctions } from './deprecated-functions.ts'
import { noteDropped } from './dropped-params.ts'
import { endUserFields } from './end-user.ts'
import { nativeFieldsOf, toExtensions } from './extensions.ts'
import { maxTokensOf, toParameters } from './inference-parameters.ts'
import { mustBe, refused } from './invalid-request.ts'
import { mergeFields } from './merge-fields.ts'
import { toMessages } from './messages.ts'
import { holdToCap } from './native-caps.ts'
import { atMostOneToolCall } from './one-tool-call.ts'
import { refuseUnanswerable } from './refused-params.ts'
import type { BedrockChatRequest } from './request-extensions.ts'
import { toAnswerFormat } from './response-format.ts'
import { createStrictRoom } from './strictable.ts'
import { toSystem } from './system.ts'

/** A request said in Converse, and what is needed to read its answer. */
export interface ConverseRequest {
  readonly body: ConverseBody
  readonly rules: AnswerRules
}

/**
 * Says a chat request in Converse. What Converse or the model cannot be told is added to `dropped`.
 * @throws {GatewayError} `invalid_request` naming the member, for what cannot be left out without changing the request's sense.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export function toConverseRequest(
  given: BedrockChatRequest,
  capabilities: ModelCapabilities,
  dropped: Set<string>,
): ConverseRequest {
  refuseImpossible(given)
  refuseUnanswerable(given)
  const request = withoutFunctions(given)
  const thinking = toThinking(request, { capabilities, maxTokens: maxTokensOf(request), dropped })
  const names = toolNamesIn(request)
  const toolNames = createToolNames(names)
  const choiceParam = request.tool_choice === given.tool_choice ? 'tool_choice' : 'function_call'
  const toolsParam = request.tools === given.tools ? 'tools' : 'functions'
  const mayForce = !thinking?.exclusive || capabilities.claudeThinking?.forcible === true
  const rules = { capabilities, toolNames, dropped, mayForce, strictRoom: createStrictRoom() }
  const offered = toToolConfig(request, { ...rules, choiceParam, toolsParam })
  const format = toAnswerFormat(request, { ...rules, toolConfig: offered, names })
  const all = format ? format.toolConfig : offered
  const { toolConfig, oneToolCall, fields: choice } = atMostOneToolCall(given, all, capabilities)
  const { inferenceConfig, fields } = toParameters(request, { capabilities, thinking, dropped })
  const endUser = endUserFields(request, capabilities, dropped)
  const native = nativeFieldsOf(request, capabilities)
  holdToCap(native, inferenceConfig.maxTokens)
  const nativeFields = mergeFields({ ...fields, ...endUser, ...choice, ...thinking?.fields }, native)
  const instructions = toSystem(request.messages)
  const system = format ? [...instructions, ...format.instructions] : instructions
  const wrappedTools = wrappedToolsIn(request.tools, capabilities)
  const messages = toMessages(request.messages, {
    // Claude continues no turn of its own while it thinks, nor where a grammar says how its answer begins.
    capabilities: thinking?.exclusive || format?.outputConfig ? { ...capabilities, prefill: false } : capabilities,
    toolNames,
    wrappedTools,
    hasTools: toolConfig !== undefined,
  })
  noteDropped(request, dropped)
  const prompt = { tools: toolConfig?.tools ?? [], system, messages }
  const cached = toCachedPrompt(request, prompt, { capabilities, dropped }) ?? prompt
  return {
    rules: rulesOf(toolNames, {
      format: format?.rules,
      toolKinds: toolKindsOf(given, toolNames),
      wrappedTools,
      oneToolCall,
    }),
    body: {
      messages: capabilities.system ? cached.messages : prepended(messages, system),
      ...(system.length > 0 && capabilities.system && { system: cached.system }),
      ...(Object.keys(inferenceConfig).length > 0 && { inferenceConfig }),
      ...(toolConfig && { toolConfig: cached === prompt ? toolConfig : { ...toolConfig, tools: cached.tools } }),
      ...(format?.outputConfig && { outputConfig: format.outputConfig }),
      ...(Object.keys(nativeFields).length > 0 && { additionalModelRequestFields: nativeFields }),
      ...toExtensions(request, dropped),
    },
  }
}

function refuseImpossible({ messages, n }: BedrockChatRequest): void {
  if (!Array.isArray(messages) || messages.length === 0)
    throw mustBe('messages', 'an array of at least one message', messages)
  if (n !== null && n !== undefined && n !== 1)
    throw refused('n', `Bedrock answers once a call, not ${n} times; send that many calls`)
}

/** A model without system prompts reads the instructions first thing in the first user turn. */
function prepended(messages: ConverseMessage[], system: readonly SystemBlock[]): ConverseMessage[] {
  const first = messages.findIndex(({ role }) => role === 'user')
  return messages.map((turn, index) => (index === first ? { ...turn, content: [...system, ...turn.content] } : turn))
}

interface AnswerParts {
  readonly format: Partial<AnswerRules> | undefined
  readonly toolKinds: AnswerRules['toolKinds']
  readonly wrappedTools: ReadonlySet<string> | undefined
  readonly oneToolCall: boolean | undefined
}

function rulesOf(toolNames: ToolNames, { format, toolKinds, wrappedTools, oneToolCall }: AnswerParts): AnswerRules {
  const kinds =
    toolKinds && format?.toolKinds ? new Map([...toolKinds, ...format.toolKinds]) : (toolKinds ?? format?.toolKinds)
  return {
    toolNames,
    ...format,
    ...(kinds && { toolKinds: kinds }),
    ...(wrappedTools && { wrappedTools: new Set([...wrappedTools].map(toolNames.toWire)) }),
    ...(oneToolCall && { oneToolCall }),
  }
}
