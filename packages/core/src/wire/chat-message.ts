import type { FunctionCall, ToolCall } from './chat-tool.ts'
import type { ContentPart, RefusalPart, TextPart } from './content-part.ts'
import type { CacheControl } from './prompt-cache.ts'
import type { ReasoningFields } from './thinking-block.ts'

/**
 * One message of a chat request.
 * @see https://developers.openai.com/api/docs/api-reference/chat/create
 */
export type ChatMessage =
  | DeveloperMessage
  | SystemMessage
  | UserMessage
  | AssistantMessage
  | ToolMessage
  | FunctionMessage

/** Instructions above the user's; what `system` is called from o1 on. Other models are sent it as `system`. */
export interface DeveloperMessage {
  readonly role: 'developer'
  readonly content: string | TextPart[]
  readonly name?: string
  readonly cache_control?: CacheControl
}

/** Instructions above the user's. */
export interface SystemMessage {
  readonly role: 'system'
  readonly content: string | TextPart[]
  readonly name?: string
  readonly cache_control?: CacheControl
}

/** What the end user says, shows or attaches. */
export interface UserMessage {
  readonly role: 'user'
  readonly content: string | ContentPart[]
  readonly name?: string
  readonly cache_control?: CacheControl
}

/** What a model answered earlier. `content` may be absent or null only beside `tool_calls` or `function_call`. */
export interface AssistantMessage extends ReasoningFields {
  readonly role: 'assistant'
  readonly content?: string | (TextPart | RefusalPart)[] | null
  readonly refusal?: string | null
  readonly tool_calls?: ToolCall[]
  readonly name?: string
  readonly audio?: AudioReference | null
  /** @deprecated by OpenAI in favour of `tool_calls`. */
  readonly function_call?: FunctionCall | null
  readonly cache_control?: CacheControl
}

/** An earlier spoken answer, by the `audio.id` it came with. */
export interface AudioReference {
  readonly id: string
}

/** The result of one call of the assistant message before it. */
export interface ToolMessage {
  readonly role: 'tool'
  readonly content: string | TextPart[]
  readonly tool_call_id: string
  readonly cache_control?: CacheControl
}

/**
 * The result of a `function_call`.
 * @deprecated by OpenAI in favour of {@link ToolMessage}.
 */
export interface FunctionMessage {
  readonly role: 'function'
  readonly content: string | null
  readonly name: string
  readonly cache_control?: CacheControl
}
