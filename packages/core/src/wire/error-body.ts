/**
 * The body of every error answer, and of the one `data:` event that reports an error inside a stream.
 * @see https://developers.openai.com/api/docs/guides/error-codes
 */
export interface ErrorBody {
  readonly error: ErrorDetail
}

/**
 * `param` is the path of the field to blame (`messages[2].role`), `code` the machine-readable cause
 * (`context_length_exceeded`), `type` its class (`invalid_request_error`).
 */
export interface ErrorDetail {
  readonly message: string
  readonly type: string
  readonly param: string | null
  readonly code: string | null
}
