import type { ChatCompletionRequest } from '@modelgate/core'

/**
 * Request fields beyond OpenAI's that Bedrock can be told, as LiteLLM and Portkey name them (`extra_body` in OpenAI's SDKs).
 * Callers' objects win over what is derived from OpenAI's fields.
 */
export interface BedrockRequestExtensions {
  readonly top_k?: number | null | undefined
  /** Merged into Converse's `additionalModelRequestFields`: the model's own native parameters. */
  readonly additional_model_request_fields?: Record<string, unknown> | null | undefined
  /** Claude's own form of `reasoning_effort`, `{ type: 'enabled', budget_tokens: 2048 }`. */
  readonly thinking?: Record<string, unknown> | null | undefined
  readonly guardrail_config?: Record<string, unknown> | null | undefined
  readonly guardrailConfig?: Record<string, unknown> | null | undefined
  readonly performance_config?: Record<string, unknown> | null | undefined
  readonly request_metadata?: Record<string, string> | null | undefined
}

/** A chat request as this provider reads it: unknown fields have travelled on. */
export type BedrockChatRequest = ChatCompletionRequest & BedrockRequestExtensions
