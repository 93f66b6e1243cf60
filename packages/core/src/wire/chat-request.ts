import type { ChatMessage } from './chat-message.ts'
import type { DeprecatedFunction, Tool, ToolChoice, ToolName } from './chat-tool.ts'
import type { TextPart } from './content-part.ts'
import type { ModerationOptions } from './moderation.ts'
import type { PromptCacheOptions } from './prompt-cache.ts'
import type { ResponseFormat } from './response-format.ts'

/**
 * The canonical chat request: the body of `POST /v1/chat/completions`, streaming or not. The type names the fields that the
 * gateway knows; others travel on untouched. `null` means "as if absent" throughout.
 * @see https://developers.openai.com/api/docs/api-reference/chat/create
 */
export interface ChatCompletionRequest {
  /** A route, `provider-id/upstream-model`, or a model id that some provider claims. */
  readonly model: string
  readonly messages: ChatMessage[]
  readonly stream?: boolean | null
  readonly stream_options?: StreamOptions | null

  readonly tools?: Tool[]
  readonly tool_choice?: ToolChoice
  readonly parallel_tool_calls?: boolean
  readonly response_format?: ResponseFormat

  readonly max_completion_tokens?: number | null
  /** @deprecated by OpenAI in favour of `max_completion_tokens`; many other upstreams know only this one. */
  readonly max_tokens?: number | null
  readonly n?: number | null
  readonly stop?: string | string[] | null
  readonly temperature?: number | null
  readonly top_p?: number | null
  readonly frequency_penalty?: number | null
  readonly presence_penalty?: number | null
  /** Token id → bias from -100 to 100. */
  readonly logit_bias?: Record<string, number> | null
  readonly logprobs?: boolean | null
  readonly top_logprobs?: number | null
  /** @deprecated by OpenAI; still honoured by most upstreams. */
  readonly seed?: number | null

  readonly reasoning_effort?: ReasoningEffort | null
  readonly verbosity?: 'low' | 'medium' | 'high' | null
  readonly modalities?: ('text' | 'audio')[] | null
  readonly audio?: AudioOptions | null
  readonly prediction?: PredictedContent | null
  readonly web_search_options?: WebSearchOptions
  readonly moderation?: ModerationOptions | null

  readonly metadata?: Record<string, string> | null
  readonly store?: boolean | null
  readonly service_tier?: ServiceTier | null
  /** The end user, for abuse detection. Not the gateway's principal. */
  readonly safety_identifier?: string | null
  /** @deprecated by OpenAI in favour of `safety_identifier` and `prompt_cache_key`. */
  readonly user?: string
  readonly prompt_cache_key?: string | null
  readonly prompt_cache_options?: PromptCacheOptions
  /** @deprecated by OpenAI in favour of `prompt_cache_options`. */
  readonly prompt_cache_retention?: 'in_memory' | '24h' | null

  /** @deprecated by OpenAI in favour of `tool_choice`. */
  readonly function_call?: 'none' | 'auto' | ToolName
  /** @deprecated by OpenAI in favour of `tools`. */
  readonly functions?: DeprecatedFunction[]
}

/**
 * Options that only make sense with `stream: true`; OpenAI answers 400 when they stand without it.
 * With `include_usage` a last chunk with empty `choices` carries the usage, and all others carry `usage: null`.
 */
export interface StreamOptions {
  readonly include_usage?: boolean
  /** Random padding per chunk against size side channels. Defaults to true at OpenAI. */
  readonly include_obfuscation?: boolean
}

/**
 * How long the model may think before it answers. Which values a model takes differs by model.
 * @see https://developers.openai.com/api/docs/guides/reasoning
 */
export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max'

/** Processing class asked for, or, in an answer, the one really used. */
export type ServiceTier = 'auto' | 'default' | 'flex' | 'scale' | 'priority' | 'fast'

/**
 * Spoken answers; needed when `modalities` holds `'audio'`. `voice` is a built-in name or a custom voice.
 * @see https://developers.openai.com/api/docs/guides/audio
 */
export interface AudioOptions {
  readonly format: 'wav' | 'aac' | 'mp3' | 'flac' | 'opus' | 'pcm16'
  readonly voice: string | CustomVoice
}

/** A voice made from samples, `{ id: 'voice_1234' }`. */
export interface CustomVoice {
  readonly id: string
}

/**
 * Text that the answer will mostly repeat, which the model can then produce faster.
 * @see https://developers.openai.com/api/docs/guides/predicted-outputs
 */
export interface PredictedContent {
  readonly type: 'content'
  readonly content: string | TextPart[]
}

/**
 * Options of OpenAI's search models.
 * @see https://developers.openai.com/api/docs/guides/tools-web-search
 */
export interface WebSearchOptions {
  readonly search_context_size?: 'low' | 'medium' | 'high'
  readonly user_location?: WebSearchLocation | null
}

/** Roughly where the user is, to rank search results by. */
export interface WebSearchLocation {
  readonly type: 'approximate'
  readonly approximate: ApproximateLocation
}

/** `country` is ISO 3166-1 alpha-2 (`'US'`), `timezone` an IANA name (`'America/Los_Angeles'`). */
export interface ApproximateLocation {
  readonly city?: string
  readonly country?: string
  readonly region?: string
  readonly timezone?: string
}
