import { GatewayError } from '@modelgate/core'
import type { ConverseBody } from './converse-wire.ts'
import { maxTokensOf, toParameters } from './inference-parameters.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import { toMessages } from './messages.ts'
import type { ModelCapabilities } from './models.ts'
import type { BedrockChatRequest } from './request-extensions.ts'
import { toSystem } from './system.ts'
import { toThinking } from './thinking.ts'
import { createToolNames, type ToolNames } from './tool-names.ts'
import { toolNamesIn, toToolConfig } from './tools.ts'

/** A request said in Converse, and what is needed to read its answer. */
export interface ConverseRequest {
  readonly body: ConverseBody
  readonly toolNames: ToolNames
}

/**
 * Says a chat request in Converse. What Converse or the model cannot be told is added to `dropped`.
 * @throws {GatewayError} `invalid_request` naming the member, for what cannot be left out without changing the request's sense.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export function toConverseRequest(
  request: BedrockChatRequest,
  capabilities: ModelCapabilities,
  dropped: Set<string>,
): ConverseRequest {
  refuseImpossible(request)
  const thinking = toThinking(request, { style: capabilities.reasoning, maxTokens: maxTokensOf(request), dropped })
  const toolNames = createToolNames(toolNamesIn(request))
  const toolConfig = toToolConfig(request, { capabilities, toolNames, dropped, mayForce: !thinking?.exclusive })
  const { inferenceConfig, fields } = toParameters(request, { capabilities, thinking, dropped })
  const nativeFields = merge({ ...fields, ...thinking?.fields }, request.additional_model_request_fields)
  const system = toSystem(request.messages)
  const messages = toMessages(request.messages, {
    // While Claude thinks it does not continue a turn of its own.
    capabilities: { ...capabilities, prefill: capabilities.prefill && !thinking?.exclusive },
    toolNames,
    hasTools: toolConfig !== undefined,
  })
  if (!capabilities.system) prependTo(messages, system)
  noteDropped(request, dropped)
  return {
    toolNames,
    body: {
      messages,
      ...(system.length > 0 && capabilities.system && { system }),
      ...(Object.keys(inferenceConfig).length > 0 && { inferenceConfig }),
      ...(toolConfig && { toolConfig }),
      ...(Object.keys(nativeFields).length > 0 && { additionalModelRequestFields: nativeFields }),
      ...extensionsOf(request, dropped),
    },
  }
}

function refuseImpossible({ messages, n, modalities, functions }: BedrockChatRequest): void {
  const refuse = (param: string, why: string): never => {
    throw new GatewayError('invalid_request', `${param}: ${why}`, { param })
  }
  if (!Array.isArray(messages) || messages.length === 0) refuse('messages', 'must be an array of at least one message.')
  if (n !== null && n !== undefined && n !== 1)
    refuse('n', `Bedrock answers once a call, not ${n} times; send n calls.`)
  if (modalities?.includes('audio'))
    refuse('modalities', "Bedrock's chat models answer in text only; leave out 'audio'.")
  if (functions?.length) refuse('functions', 'Bedrock cannot be sent the deprecated functions; use tools.')
}

/** A model without system prompts reads the instructions first thing in the first user turn. */
function prependTo(messages: ConverseBody['messages'], system: readonly { readonly text: string }[]): void {
  messages.find(({ role }) => role === 'user')?.content.unshift(...system)
}

const serviceTiers = { default: 'default', flex: 'flex', priority: 'priority', fast: 'priority' } as const

function extensionsOf(request: BedrockChatRequest, dropped: Set<string>): Partial<ConverseBody> {
  const tier = request.service_tier
  const serviceTier = tier && tier !== 'auto' && tier !== 'scale' ? serviceTiers[tier] : undefined
  if (tier === 'scale') dropped.add('service_tier')
  const guardrailConfig = request.guardrail_config ?? request.guardrailConfig
  return {
    ...(serviceTier && { serviceTier: { type: serviceTier } }),
    ...(guardrailConfig && { guardrailConfig }),
    ...(request.performance_config && { performanceConfig: request.performance_config }),
    ...(request.request_metadata && { requestMetadata: request.request_metadata }),
  }
}

/** Parameters that Converse has no member for. Those that only tune caching or billing at OpenAI are not worth a notice. */
const unspeakable = [
  'top_logprobs',
  'verbosity',
  'prediction',
  'web_search_options',
  'moderation',
  'metadata',
  'user',
  'safety_identifier',
] as const

function noteDropped(request: BedrockChatRequest, dropped: Set<string>): void {
  for (const name of unspeakable) if (request[name] !== undefined && request[name] !== null) dropped.add(name)
  if (request.logprobs) dropped.add('logprobs')
  if (request.store) dropped.add('store')
  if (request.messages.some(marksCache)) dropped.add('cache_control')
  if (request.parallel_tool_calls === false && request.tools?.length) dropped.add('parallel_tool_calls')
  if (request.response_format && request.response_format.type !== 'text') dropped.add('response_format')
}

function marksCache({ cache_control: mark, content }: BedrockChatRequest['messages'][number]): boolean {
  if (mark) return true
  return (
    Array.isArray(content) &&
    content.some(part => part.cache_control || ('prompt_cache_breakpoint' in part && part.prompt_cache_breakpoint))
  )
}

/** Merges deeply; the caller's own members win. */
function merge(ours: JsonObject, theirs: JsonObject | null | undefined): JsonObject {
  const merged = { ...ours }
  for (const [key, value] of Object.entries(theirs ?? {})) {
    const mine = merged[key]
    merged[key] = isJsonObject(mine) && isJsonObject(value) ? merge(mine, value) : value
  }
  return merged
}
