import { isObject } from '../is-object.ts'

/**
 * What a response says, as far as a chat can say it. An upstream's own words: nothing of it is sure to be there.
 * @see https://developers.openai.com/api/docs/api-reference/responses/object
 */
export interface ResponseObject {
  readonly object?: string
  readonly id?: string
  /** Unix seconds. */
  readonly created_at?: number
  readonly model?: string
  readonly status?: string
  readonly incomplete_details?: { readonly reason?: string } | null
  readonly error?: { readonly code?: string; readonly message?: string } | null
  readonly output?: readonly OutputItem[] | null
  readonly usage?: ResponseUsage | null
  readonly service_tier?: string | null
}

/** Something that the model said, thought or called. */
export interface OutputItem {
  readonly type?: string
  readonly id?: string
  /** Of a call: what its result is sent back under. */
  readonly call_id?: string
  readonly name?: string
  readonly arguments?: string
  readonly input?: string
  readonly content?: readonly OutputPart[] | null
  readonly summary?: readonly { readonly text?: string }[] | null
}

/** A part of a message: its text, or a refusal. */
export interface OutputPart {
  readonly type?: string
  readonly text?: string
  readonly refusal?: string
  readonly annotations?: readonly OutputAnnotation[] | null
}

/** A source of what the model said. */
export interface OutputAnnotation {
  readonly type?: string
  readonly url?: string
  readonly title?: string
  readonly start_index?: number
  readonly end_index?: number
}

/** Tokens; those read from a cache and written to it are among the input's. */
export interface ResponseUsage {
  readonly input_tokens?: number
  readonly input_tokens_details?: { readonly cached_tokens?: number; readonly cache_write_tokens?: number }
  readonly output_tokens?: number
  readonly output_tokens_details?: { readonly reasoning_tokens?: number }
  readonly total_tokens?: number
}

/**
 * One event of a streamed response.
 * @see https://developers.openai.com/api/docs/api-reference/responses-streaming
 */
export interface ResponseEvent {
  readonly type?: string
  readonly response?: ResponseObject
  readonly output_index?: number
  /** Which part of what was thought. */
  readonly summary_index?: number
  readonly item?: OutputItem | null
  readonly delta?: string
  readonly annotation?: OutputAnnotation | null
}

/** What is there of a list that an upstream sent. */
export function soundOf<T extends object>(list: readonly T[] | null | undefined): readonly T[] {
  return Array.isArray(list) ? list.filter((each: T) => isObject(each)) : []
}
