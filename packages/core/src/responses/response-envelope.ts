import type { InputTransformation, ResponseObject, ResponseUsage } from '../wire/response-object.ts'
import type { ResponsesRequest, ResponsesTool } from '../wire/responses-request.ts'
import type { Usage } from '../wire/usage.ts'
import { unpackThinking } from './kept-thinking.ts'

/** What a response repeats of its request, and of what nothing was said. Nothing is kept: `store` is false. */
export function repeated(request: ResponsesRequest): Readonly<Record<string, unknown>> {
  const { text, reasoning, tools } = request
  return {
    background: false,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    max_tool_calls: request.max_tool_calls ?? null,
    metadata: request.metadata ?? {},
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: null,
    reasoning: { effort: reasoning?.effort ?? null, summary: reasoning?.summary ?? null },
    store: false,
    temperature: request.temperature ?? null,
    text: { ...text, format: text?.format ?? { type: 'text' } },
    tool_choice: request.tool_choice ?? 'auto',
    tools: (tools ?? []).map(asUsed),
    top_logprobs: request.top_logprobs ?? 0,
    top_p: request.top_p ?? null,
    truncation: 'disabled',
    ...withheld(request.input),
  }
}

/** Thoughts that were sent and that no model is given: another API has made them, and no chat has a place for them. */
function withheld(input: ResponsesRequest['input']): {
  readonly input_transformations?: readonly InputTransformation[]
} {
  if (typeof input === 'string') return {}
  const removed = input.flatMap(item =>
    item.type === 'reasoning' && item.encrypted_content && unpackThinking(item.encrypted_content).length === 0
      ? [{ type: item.type, id: item.id ?? '', action: 'removed' as const, reason: 'model_mismatch' as const }]
      : [],
  )
  return removed.length > 0 ? { input_transformations: removed } : {}
}

/** A chat's tools are not strict unless they say so. */
function asUsed(tool: ResponsesTool): ResponsesTool {
  return tool.type === 'function'
    ? { ...tool, parameters: tool.parameters ?? null, strict: tool.strict ?? false }
    : tool
}

/** The chat's usage in a response's words. */
export function toResponseUsage(usage: Usage): ResponseUsage {
  const { prompt_tokens_details: prompt, completion_tokens_details: completion } = usage
  return {
    input_tokens: usage.prompt_tokens,
    input_tokens_details: {
      cached_tokens: prompt?.cached_tokens ?? 0,
      cache_write_tokens: prompt?.cache_write_tokens ?? 0,
    },
    output_tokens: usage.completion_tokens,
    output_tokens_details: { reasoning_tokens: completion?.reasoning_tokens ?? 0 },
    total_tokens: usage.total_tokens,
  }
}

/** What makes a response one that ended before its model did. */
export function incompleteBy(finishReason: string | undefined): ResponseObject['incomplete_details'] {
  if (finishReason === 'length') return { reason: 'max_output_tokens' }
  return finishReason === 'content_filter' ? { reason: 'content_filter' } : null
}
