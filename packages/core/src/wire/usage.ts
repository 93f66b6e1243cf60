/**
 * Tokens a call used, as the provider counted them. `prompt_tokens` includes tokens read from and written to a prompt cache
 * (Bedrock's `inputTokens` does not); `completion_tokens` includes reasoning.
 * @see https://developers.openai.com/api/docs/api-reference/chat/object
 */
export interface Usage {
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly total_tokens: number
  readonly prompt_tokens_details?: PromptTokensDetails
  readonly completion_tokens_details?: CompletionTokensDetails
}

/** Shares of `prompt_tokens`, for pricing. An absent one is unknown, not zero. */
export interface PromptTokensDetails {
  readonly cached_tokens?: number
  readonly cache_write_tokens?: number
  readonly cache_creation_token_details?: CacheCreationTokenDetails
  readonly audio_tokens?: number
  readonly image_tokens?: number
  readonly text_tokens?: number
}

/** Extension, named as LiteLLM names it: shares of `cache_write_tokens` by how long the cache keeps them, which costs more the longer. */
export interface CacheCreationTokenDetails {
  readonly ephemeral_5m_input_tokens?: number
  readonly ephemeral_1h_input_tokens?: number
}

/** Shares of `completion_tokens`. Rejected prediction tokens are billed although they are not in the answer. */
export interface CompletionTokensDetails {
  readonly reasoning_tokens?: number
  readonly accepted_prediction_tokens?: number
  readonly rejected_prediction_tokens?: number
  readonly audio_tokens?: number
  readonly text_tokens?: number
}
