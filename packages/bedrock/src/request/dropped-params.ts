import { isJsonObject } from '../wire/json.ts'
import type { BedrockChatRequest } from './request-extensions.ts'

/** What becomes something in Converse, or of the answer. The rules of each say themselves what of it was lost. */
const mapped: readonly (keyof BedrockChatRequest)[] = [
  'model',
  'messages',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'web_search_options',
  'max_completion_tokens',
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'frequency_penalty',
  'presence_penalty',
  'seed',
  'logit_bias',
  'reasoning_effort',
  'thinking',
  'service_tier',
  'user',
  'safety_identifier',
  'additional_model_request_fields',
  'additionalModelRequestFields',
  'additional_model_response_field_paths',
  'additionalModelResponseFieldPaths',
  'guardrail_config',
  'guardrailConfig',
  'performance_config',
  'performanceConfig',
  'request_metadata',
  'requestMetadata',
  'prompt_caching',
]

/** What is lost only for some of its values, which are seen to below; anything else of these was refused. */
const conditional: readonly (keyof BedrockChatRequest)[] = [
  'n',
  'modalities',
  'functions',
  'response_format',
  'logprobs',
  'top_logprobs',
  'metadata',
  'store',
  'parallel_tool_calls',
]

/** What only tunes caching and billing at OpenAI: no answer is the worse for its loss. */
const ignorable: readonly (keyof BedrockChatRequest)[] = [
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
]

const known: ReadonlySet<string> = new Set([...mapped, ...conditional, ...ignorable])

/** Notes what of a chat request Converse has no member for, misspelt members among it. */
export function noteDropped(request: BedrockChatRequest, dropped: Set<string>): void {
  noteUnknown(request, known, dropped)
  if (request.metadata && Object.keys(request.metadata).length > 0) dropped.add('metadata')
  if (request.store) dropped.add('store')
  if (request.messages.some(message => 'name' in message && message.name)) {
    dropped.add('messages.name')
  }
  if (request.messages.some(message => message.role === 'assistant' && message.audio)) dropped.add('messages.audio')
  // No model can be told to look less closely; the other words ask for what it does in any case.
  if (request.messages.some(looksLightly)) dropped.add('messages.image_url.detail')
}

function looksLightly({ content }: BedrockChatRequest['messages'][number]): boolean {
  if (!Array.isArray(content)) return false
  return content.some((part: object | null) => {
    const image: unknown = part && 'image_url' in part ? part.image_url : undefined
    return isJsonObject(image) && image.detail === 'low'
  })
}

/** Names go to headers, logs and reports, and callers choose them: neither their number nor their length may be without bounds. */
const maxNames = 100
const maxNameLength = 100

/** Adds a name that has something of the caller's in it. */
export function noteDroppedName(name: string, dropped: Set<string>): void {
  if (dropped.size < maxNames) dropped.add(name.slice(0, maxNameLength))
}

/** Adds the name of every member that is not known here and holds something. */
export function noteUnknown(request: object, names: ReadonlySet<string>, dropped: Set<string>): void {
  for (const name of Object.keys(request)) {
    if (names.has(name)) continue
    if (dropped.size >= maxNames) return
    const value: unknown = Reflect.get(request, name)
    if (value !== null && value !== undefined) noteDroppedName(name, dropped)
  }
}
