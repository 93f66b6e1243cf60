import type { ChatCompletion, ChatCompletionMessage, FinishReason, Usage } from '@modelgate/core'
import {
  type OutputAnnotation,
  type OutputItem,
  type ResponseObject,
  type ResponseUsage,
  soundOf,
} from './responses-wire.ts'

type ToolCalls = NonNullable<ChatCompletionMessage['tool_calls']>
type Annotations = NonNullable<ChatCompletionMessage['annotations']>

/** A whole response as the chat that it answers. */
export function toCompletion(response: ResponseObject): ChatCompletion {
  const { id = '', created_at: created = 0, model = '', usage, service_tier: tier } = response
  const output = soundOf(response.output)
  const finish_reason = finishReasonOf(response, output.some(isCall))
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices: [{ index: 0, message: messageOf(output), finish_reason, logprobs: null }],
    ...(usage && { usage: toUsage(usage) }),
    ...(tier && { service_tier: tier as NonNullable<ChatCompletion['service_tier']> }),
  }
}

/** Why a response ended, as chats call it. */
export function finishReasonOf({ incomplete_details: cut }: ResponseObject, hasCalled: boolean): FinishReason {
  if (cut?.reason === 'max_output_tokens') return 'length'
  if (cut?.reason === 'content_filter') return 'content_filter'
  return hasCalled ? 'tool_calls' : 'stop'
}

/** Whether an item is a call that the caller is to answer. */
export function isCall({ type }: OutputItem): boolean {
  return type === 'function_call' || type === 'custom_tool_call'
}

/** Tokens by the names that chats have for them. */
export function toUsage(usage: ResponseUsage): Usage {
  const { input_tokens: prompt = 0, output_tokens: completion = 0, total_tokens: total = prompt + completion } = usage
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: total,
    ...(usage.input_tokens_details && { prompt_tokens_details: usage.input_tokens_details }),
    ...(usage.output_tokens_details && { completion_tokens_details: usage.output_tokens_details }),
  }
}

/** A web source; other annotations are of OpenAI's own tools, which chats do not have. */
export function toAnnotations(annotation: OutputAnnotation | null | undefined): Annotations {
  if (annotation?.type !== 'url_citation') return []
  const { url = '', title = '', start_index = 0, end_index = 0 } = annotation
  return [{ type: 'url_citation', url_citation: { url, title, start_index, end_index } }]
}

/** Stands between what is said, or thought, apart. */
export const between = '\n\n'

/** What a message's parts say. */
export function textOf(item: OutputItem): string {
  return soundOf(item.content)
    .map(({ text }) => text ?? '')
    .join('')
}

/** What a message's parts say where the model declined. */
export function refusalOf(item: OutputItem): string {
  return soundOf(item.content)
    .map(({ refusal }) => refusal ?? '')
    .join('')
}

/** What a call is called with. */
export function writtenIn({ type, arguments: json, input }: OutputItem): string {
  return (type === 'custom_tool_call' ? input : json) ?? ''
}

function messageOf(output: readonly OutputItem[]): ChatCompletionMessage {
  const messages = output.filter(({ type }) => type === 'message')
  const content = messages.map(textOf).filter(Boolean).join(between)
  const refusal = messages.map(refusalOf).join('')
  const thought = output.flatMap(({ type, summary }) => (type === 'reasoning' ? soundOf(summary) : []))
  const calls = output.filter(isCall).map(toToolCall)
  const parts = messages.flatMap(item => soundOf(item.content))
  return {
    role: 'assistant',
    content: content === '' && (calls.length > 0 || refusal !== '') ? null : content,
    refusal: refusal || null,
    ...(thought.length > 0 && { reasoning_content: thought.map(({ text }) => text ?? '').join(between) }),
    ...(calls.length > 0 && { tool_calls: calls }),
    annotations: parts.flatMap(({ annotations }) => soundOf(annotations).flatMap(toAnnotations)),
  }
}

function toToolCall(item: OutputItem): ToolCalls[number] {
  const { type, call_id: id = '', name = '' } = item
  const written = writtenIn(item)
  return type === 'custom_tool_call'
    ? { id, type: 'custom', custom: { name, input: written } }
    : { id, type: 'function', function: { name, arguments: written } }
}
