import type { TokenLogprob, UrlCitation } from './chat-completion.ts'

/**
 * The answer of `POST /v1/responses`; of the members that repeat the request, those that the gateway knows. `created_at` is in Unix
 * seconds, `model` the response model.
 * @see https://developers.openai.com/api/docs/api-reference/responses/object
 */
export interface ResponseObject {
  readonly id: string
  readonly object: 'response'
  readonly created_at: number
  readonly status: ResponseStatus
  readonly error: ResponseFault | null
  readonly incomplete_details: { readonly reason: 'max_output_tokens' | 'content_filter' } | null
  readonly model: string
  readonly output: readonly OutputItem[]
  readonly usage: ResponseUsage | null
  readonly input_transformations?: readonly InputTransformation[]
  readonly [repeated: string]: unknown
}

/** A thought of the input's that the model was not given. The id is empty where the caller sent none. */
export interface InputTransformation {
  readonly type: 'reasoning'
  readonly id: string
  readonly action: 'removed'
  readonly reason: 'model_mismatch'
}

/** How an answer stands. */
export type ResponseStatus = 'in_progress' | 'completed' | 'incomplete' | 'failed'

/** Why an answer failed after it had begun. */
export interface ResponseFault {
  readonly code: string
  readonly message: string
}

/** Tokens as the provider counted them. The details are numbers by OpenAI's types: what nobody told is 0 in them. */
export interface ResponseUsage {
  readonly input_tokens: number
  readonly input_tokens_details: { readonly cached_tokens: number; readonly cache_write_tokens: number }
  readonly output_tokens: number
  readonly output_tokens_details: { readonly reasoning_tokens: number }
  readonly total_tokens: number
}

/** One item of an answer. */
export type OutputItem = ReasoningItem | MessageItem | FunctionItem | CustomItem | ToolSearchItem

/** How an item stands. */
export type ItemStatus = 'in_progress' | 'completed' | 'incomplete'

/** What the model thought: the text to show, and in `encrypted_content` what has to go back to it. */
export interface ReasoningItem {
  readonly id: string
  readonly type: 'reasoning'
  readonly summary: readonly SummaryPart[]
  readonly encrypted_content?: string
  readonly status: ItemStatus
}

/** A passage of what the model thought. */
export interface SummaryPart {
  readonly type: 'summary_text'
  readonly text: string
}

/** What the model said. */
export interface MessageItem {
  readonly id: string
  readonly type: 'message'
  readonly status: ItemStatus
  readonly role: 'assistant'
  readonly content: readonly OutputPart[]
}

/** A part of what the model said. */
export type OutputPart = OutputText | OutputRefusal

/** Text. `logprobs` is empty unless they were asked for. */
export interface OutputText {
  readonly type: 'output_text'
  readonly text: string
  readonly annotations: readonly OutputAnnotation[]
  readonly logprobs: readonly TokenLogprob[]
}

/** A web source of a passage. */
export interface OutputAnnotation extends UrlCitation {
  readonly type: 'url_citation'
}

/** What the model said when it declined. */
export interface OutputRefusal {
  readonly type: 'refusal'
  readonly refusal: string
}

/** A call of a function. */
export interface FunctionItem {
  readonly id: string
  readonly type: 'function_call'
  readonly status: ItemStatus
  readonly call_id: string
  readonly namespace?: string
  readonly name: string
  readonly arguments: string
}

/** A call of a custom tool. */
export interface CustomItem {
  readonly id: string
  readonly type: 'custom_tool_call'
  readonly status: ItemStatus
  readonly call_id: string
  readonly namespace?: string
  readonly name: string
  readonly input: string
}

/** A call of the tool that looks for others. `arguments` is the value that the model wrote, or its text where that is no JSON. */
export interface ToolSearchItem {
  readonly id: string
  readonly type: 'tool_search_call'
  readonly status: ItemStatus
  readonly call_id: string
  readonly execution: 'client'
  readonly arguments: unknown
}
