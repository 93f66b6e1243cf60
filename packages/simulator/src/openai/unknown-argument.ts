import { type JsonObject, objectOf } from '../json.ts'
import type { Failure } from '../script.ts'

/** The arguments that OpenAI's chat endpoint knows. https://platform.openai.com/docs/api-reference/chat/create */
export const CHAT_ARGUMENTS = [
  'messages',
  'model',
  'audio',
  'frequency_penalty',
  'function_call',
  'functions',
  'logit_bias',
  'logprobs',
  'max_completion_tokens',
  'max_tokens',
  'metadata',
  'modalities',
  'moderation',
  'n',
  'parallel_tool_calls',
  'prediction',
  'presence_penalty',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'reasoning_effort',
  'response_format',
  'safety_identifier',
  'seed',
  'service_tier',
  'stop',
  'store',
  'stream',
  'stream_options',
  'temperature',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'user',
  'verbosity',
  'web_search_options',
] as const

const known: ReadonlySet<string> = new Set(CHAT_ARGUMENTS)

/** What OpenAI says to an argument that it does not know; it names the first. */
export function unknownArgument(body: unknown): Failure | undefined {
  const root: JsonObject = objectOf(body)
  const name = Object.keys(root).find(argument => !known.has(argument))
  return name === undefined ? undefined : { status: 400, message: `Unrecognized request argument supplied: ${name}` }
}
