/**
 * One entry of `GET /v1/models`: a route, or a provider's model. `created` is in Unix seconds.
 * @see https://developers.openai.com/api/docs/api-reference/models/object
 */
export interface Model {
  readonly id: string
  readonly object: 'model'
  readonly created: number
  readonly owned_by: string
  readonly shutdown_date?: string | null
}

/**
 * The body of `GET /v1/models`.
 * @see https://developers.openai.com/api/docs/api-reference/models/list
 */
export interface ModelList {
  readonly object: 'list'
  readonly data: Model[]
}
