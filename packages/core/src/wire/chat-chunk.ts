import type { Annotation, AnswerTrace, FinishReason, Logprobs, NativeFields } from './chat-completion.ts'
import type { ServiceTier } from './chat-request.ts'
import type { Moderation } from './moderation.ts'
import type { ReasoningFields, ThinkingBlockDelta } from './thinking-block.ts'
import type { Usage } from './usage.ts'

/**
 * One `data:` event of a chat stream. All chunks of an answer share `id`, `created` and `model`. The usage chunk, if asked
 * for, is the last one and has empty `choices`.
 * @see https://developers.openai.com/api/docs/api-reference/chat/streaming
 */
export interface ChatCompletionChunk {
  readonly id: string
  readonly object: 'chat.completion.chunk'
  readonly created: number
  readonly model: string
  readonly choices: ChunkChoice[]
  readonly usage?: Usage | null
  readonly service_tier?: ServiceTier | null
  /** @deprecated by OpenAI. */
  readonly system_fingerprint?: string
  readonly obfuscation?: string
  readonly moderation?: Moderation | null
  readonly trace?: AnswerTrace
  readonly additional_model_response_fields?: NativeFields
}

/** What a chunk adds to the answer `index`. `finish_reason` is set on that answer's last chunk only. */
export interface ChunkChoice {
  readonly index: number
  readonly delta: ChunkDelta
  readonly finish_reason: FinishReason | null
  readonly logprobs?: Logprobs | null
}

/** Pieces to append to the message so far. `role` comes once, first. Each of `thinking_blocks` is a piece, each annotation whole. */
export interface ChunkDelta extends Omit<ReasoningFields, 'thinking_blocks'> {
  readonly role?: 'developer' | 'system' | 'user' | 'assistant' | 'tool'
  readonly content?: string | null
  readonly refusal?: string | null
  readonly tool_calls?: ToolCallDelta[]
  readonly thinking_blocks?: ThinkingBlockDelta[]
  readonly annotations?: Annotation[]
  readonly audio?: AudioDelta
  /** @deprecated by OpenAI in favour of `tool_calls`. */
  readonly function_call?: FunctionCallDelta
}

/** A piece of the tool call `index`: `id`, `type` and the name come once, then `arguments` or `input` in pieces. */
export interface ToolCallDelta {
  readonly index: number
  readonly id?: string
  readonly type?: 'function' | 'custom'
  readonly function?: FunctionCallDelta
  readonly custom?: CustomCallDelta
}

/** A piece of a function call: `arguments` is appended. */
export interface FunctionCallDelta {
  readonly name?: string
  readonly arguments?: string
}

/** A piece of a custom tool call: `input` is appended. */
export interface CustomCallDelta {
  readonly name?: string
  readonly input?: string
}

/** A piece of a spoken answer: `data` and `transcript` are appended. */
export interface AudioDelta {
  readonly id?: string
  readonly data?: string
  readonly expires_at?: number
  readonly transcript?: string
}
