/**
 * What can be asked of a model, as far as it is known: a member that is absent says nothing. An extension of OpenAI's shape.
 */
export interface ListedCapabilities {
  /** `chat`, `embeddings`. */
  readonly operations?: readonly string[]
  readonly tools?: boolean
  readonly streaming?: boolean
  /** Images that one request may hold; 0 for a model without vision. */
  readonly images?: number
  /** Documents that one request may hold. */
  readonly documents?: number
  /** Recordings that one request may hold. */
  readonly audio?: number
  /** The tokens that prompt and answer may have together. */
  readonly context_tokens?: number
}

/**
 * One entry of `GET /v1/models`: a route, or a provider's model. `created` is in Unix seconds. `name`, `base_model` and
 * `capabilities` are extensions of OpenAI's shape, where they are known.
 * @see https://developers.openai.com/api/docs/api-reference/models/object
 */
export interface Model {
  readonly id: string
  readonly object: 'model'
  readonly created: number
  readonly owned_by: string
  readonly shutdown_date?: string | null
  /** As people call it: `Claude Sonnet 4.5`, or an inference profile's own name. */
  readonly name?: string
  /** The model behind a profile, which says what it can do. */
  readonly base_model?: string
  readonly capabilities?: ListedCapabilities
}

/**
 * The body of `GET /v1/models`.
 * @see https://developers.openai.com/api/docs/api-reference/models/list
 */
export interface ModelList {
  readonly object: 'list'
  readonly data: Model[]
}
