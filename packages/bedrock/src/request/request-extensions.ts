import type { ChatCompletionRequest, EmbeddingsRequest } from '@modelgate/core'
import type { CachingPlaces } from '../caching/caching-places.ts'
import type { EmbeddingInputType } from '../embeddings/embedding-options.ts'

/**
 * Members of a chat request beyond OpenAI's that Bedrock can be told, as LiteLLM and Portkey name them (`extra_body` in OpenAI's
 * SDKs). Callers' objects win over what is derived from OpenAI's members.
 */
export interface BedrockRequestExtensions {
  readonly top_k?: number | null | undefined
  /** Merged into Converse's `additionalModelRequestFields`: the model's own native parameters. */
  readonly additional_model_request_fields?: Record<string, unknown> | null | undefined
  /** The same, as Converse spells it. */
  readonly additionalModelRequestFields?: Record<string, unknown> | null | undefined
  /** JSON pointers into the model's native answer, `['/delta/stop_sequence']`; at most ten. A model may refuse one that it lacks. */
  readonly additional_model_response_field_paths?: readonly string[] | null | undefined
  readonly additionalModelResponseFieldPaths?: readonly string[] | null | undefined
  /** Claude's own form of `reasoning_effort`, `{ type: 'enabled', budget_tokens: 2048 }`. */
  readonly thinking?: Record<string, unknown> | null | undefined
  /** `{ guardrailIdentifier: 'gr-1', guardrailVersion: '1' }`; wins over `guardrailConfig`, which is the same. */
  readonly guardrail_config?: Record<string, unknown> | null | undefined
  readonly guardrailConfig?: Record<string, unknown> | null | undefined
  /** `{ latency: 'optimized' }` */
  readonly performance_config?: Record<string, unknown> | null | undefined
  readonly performanceConfig?: Record<string, unknown> | null | undefined
  /**
   * What of this prompt is cached without a mark on it: `{ system: true, messages: true }`. A place that is left out is cached as the
   * provider's `promptCaching` says.
   */
  readonly prompt_caching?: boolean | CachingPlaces | null | undefined
  /** Stands in Bedrock's invocation log, to tell calls apart: at most 16 pairs of letters, digits, spaces and `:_@$#=/+,.-`. */
  readonly request_metadata?: Record<string, string> | null | undefined
  readonly requestMetadata?: Record<string, string> | null | undefined
}

/** A chat request with all that this provider reads; `gateway.chat` takes it. Other providers are sent the extra members, too. */
export type BedrockChatRequest = ChatCompletionRequest & BedrockRequestExtensions

/** Members of an embeddings request beyond OpenAI's. */
export interface BedrockEmbeddingsExtensions {
  /**
   * What the texts are for, which Cohere's and Nova's models want to know; Nova's own words (`TEXT_RETRIEVAL`) are taken by Nova.
   * Default: the provider's `embeddings.inputType`.
   */
  readonly input_type?: EmbeddingInputType | (string & {}) | null | undefined
  /** The end at which Cohere's and Nova's models cut a text that is too long for them. Default `NONE`: such a text is refused. */
  readonly truncate?: 'NONE' | 'START' | 'END' | null | undefined
}

/** An embeddings request with all that this provider reads; `gateway.embed` takes it. */
export type BedrockEmbeddingsRequest = EmbeddingsRequest & BedrockEmbeddingsExtensions
