import type { ServiceTier } from './chat-request.ts'
import type { FunctionCall, ToolCall } from './chat-tool.ts'
import type { Moderation } from './moderation.ts'
import type { ReasoningFields } from './thinking-block.ts'
import type { Usage } from './usage.ts'

/**
 * The canonical answer of a chat that was not streamed. `model` is the response model, not the alias asked for;
 * `created` is in Unix seconds.
 * @see https://developers.openai.com/api/docs/api-reference/chat/object
 */
export interface ChatCompletion {
  readonly id: string
  readonly object: 'chat.completion'
  readonly created: number
  readonly model: string
  readonly choices: ChatCompletionChoice[]
  readonly usage?: Usage
  readonly service_tier?: ServiceTier | null
  /** @deprecated by OpenAI. */
  readonly system_fingerprint?: string
  readonly metadata?: Record<string, string> | null
  readonly moderation?: Moderation | null
  readonly trace?: AnswerTrace
  readonly additional_model_response_fields?: NativeFields
}

/**
 * Extension, not OpenAI's, named as LiteLLM names it: how a provider says that an answer came about, in its own words, such as a
 * guardrail's assessments and the model that a prompt router chose. In a stream it comes once, with or after the finish.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseTrace.html
 */
export type AnswerTrace = Readonly<Record<string, unknown>>

/**
 * Extension, not OpenAI's: what a request asked to have of the model's native answer, `{ delta: { stop_sequence: '###' } }`. In a
 * stream it stands beside the `finish_reason`.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export type NativeFields = Readonly<Record<string, unknown>>

/** One of the `n` answers. */
export interface ChatCompletionChoice {
  readonly index: number
  readonly message: ChatCompletionMessage
  readonly finish_reason: FinishReason
  readonly logprobs: Logprobs | null
}

/**
 * Why the model ended: `stop` by itself or at a stop sequence, `length` at the token cap, `tool_calls` to wait for results,
 * `content_filter` because a filter cut it. `function_call` answers the deprecated `functions`.
 */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call'

/** What the model said. `content` is null when it only called tools or refused. */
export interface ChatCompletionMessage extends ReasoningFields {
  readonly role: 'assistant'
  readonly content: string | null
  readonly refusal: string | null
  readonly tool_calls?: ToolCall[]
  readonly annotations?: Annotation[]
  readonly audio?: CompletionAudio | null
  /** @deprecated by OpenAI in favour of `tool_calls`. */
  readonly function_call?: FunctionCall | null
}

/** A web source of a passage of the answer. */
export interface Annotation {
  readonly type: 'url_citation'
  readonly url_citation: UrlCitation
}

/** `start_index` and `end_index` are character positions in the message's `content`. */
export interface UrlCitation {
  readonly start_index: number
  readonly end_index: number
  readonly title: string
  readonly url: string
}

/** A spoken answer: base64 `data` in the format asked for; `expires_at` (Unix seconds) ends the life of its `id`. */
export interface CompletionAudio {
  readonly id: string
  readonly data: string
  readonly expires_at: number
  readonly transcript: string
}

/** Log probabilities of the tokens of the answer or of the refusal. */
export interface Logprobs {
  readonly content: TokenLogprob[] | null
  readonly refusal: TokenLogprob[] | null
}

/** One token; `bytes` is its UTF-8, which may be part of a character; `logprob` is -9999 for "very unlikely". */
export interface TokenLogprob {
  readonly token: string
  readonly bytes: number[] | null
  readonly logprob: number
  readonly top_logprobs: TopLogprob[]
}

/** A token that could have stood there instead. */
export interface TopLogprob {
  readonly token: string
  readonly bytes: number[] | null
  readonly logprob: number
}
