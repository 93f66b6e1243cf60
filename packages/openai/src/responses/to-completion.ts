import type { ChatCompletion, ChatCompletionMessage, FinishReason, Usage } from '@modelgate/core'
import type { OutputAnnotation, OutputItem, OutputPart, ResponseObject, ResponseUsage } from './responses-wire.ts'

type ToolCalls = NonNullable<ChatCompletionMessage['tool_calls']>
type Annotations = NonNullable<ChatCompletionMessage['annotations']>

/** A whole response as the chat that it answers. */
export function toCompletion(response: ResponseObject): ChatCompletion {
  const { id = '', created_at: created = 0, model = '', output = [], usage, service_tier: tier } = response
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
export function toAnnotations(annotation: OutputAnnotation | undefined): Annotations {
  if (annotation?.type !== 'url_citation') return []
  const { url = '', title = '', start_index = 0, end_index = 0 } = annotation
  return [{ type: 'url_citation', url_citation: { url, title, start_index, end_index } }]
}

/** What a part says that stands behind others. */
export const betweenMessages = '\n\n'

function messageOf(output: readonly OutputItem[]): ChatCompletionMessage {
  const messages = output.filter(({ type }) => type === 'message').map(({ content }) => content ?? [])
  const content = messages.map(textOf).filter(Boolean).join(betweenMessages)
  const refusal = messages
    .flat()
    .map(part => part.refusal ?? '')
    .join('')
  const thought = output.flatMap(({ type, summary = [] }) => (type === 'reasoning' ? summary : []))
  const calls = output.filter(isCall).map(toToolCall)
  return {
    role: 'assistant',
    content: content === '' && (calls.length > 0 || refusal !== '') ? null : content,
    refusal: refusal || null,
    ...(thought.length > 0 && { reasoning_content: thought.map(({ text = '' }) => text).join(betweenMessages) }),
    ...(calls.length > 0 && { tool_calls: calls }),
    annotations: messages.flat().flatMap(({ annotations = [] }) => annotations.flatMap(toAnnotations)),
  }
}

function textOf(parts: readonly OutputPart[]): string {
  return parts.map(({ text = '' }) => text).join('')
}

function toToolCall({
  type,
  call_id: id = '',
  name = '',
  arguments: json = '',
  input = '',
}: OutputItem): ToolCalls[number] {
  return type === 'custom_tool_call'
    ? { id, type: 'custom', custom: { name, input } }
    : { id, type: 'function', function: { name, arguments: json } }
}
