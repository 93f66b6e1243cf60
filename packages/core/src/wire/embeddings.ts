/**
 * The body of `POST /v1/embeddings`. `input` is one text, several, or the same as token ids.
 * `encoding_format` defaults to `'float'`; OpenAI's own SDK asks for `'base64'` and decodes it.
 * @see https://developers.openai.com/api/docs/api-reference/embeddings/create
 */
export interface EmbeddingsRequest {
  /** A route, `provider-id/upstream-model`, or a model id that some provider claims. */
  readonly model: string
  readonly input: string | string[] | number[] | number[][]
  readonly dimensions?: number
  readonly encoding_format?: 'float' | 'base64'
  readonly user?: string
}

/** The answer to an {@link EmbeddingsRequest} with `encoding_format: 'float'`. `data` is in the order of `input`. */
export interface EmbeddingsResponse {
  readonly object: 'list'
  readonly data: Embedding[]
  readonly model: string
  readonly usage: EmbeddingsUsage
}

/** The vector of the input `index`. */
export interface Embedding {
  readonly object: 'embedding'
  readonly index: number
  readonly embedding: number[]
}

/** The answer when `encoding_format` is `'base64'`. */
export interface Base64EmbeddingsResponse {
  readonly object: 'list'
  readonly data: Base64Embedding[]
  readonly model: string
  readonly usage: EmbeddingsUsage
}

/** The vector of the input `index`, as base64 of little-endian 32-bit floats. */
export interface Base64Embedding {
  readonly object: 'embedding'
  readonly index: number
  readonly embedding: string
}

/** Tokens an embeddings call used; the two are equal, for nothing is generated. */
export interface EmbeddingsUsage {
  readonly prompt_tokens: number
  readonly total_tokens: number
}
