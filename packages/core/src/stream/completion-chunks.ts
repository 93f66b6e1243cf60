import type { ChatCompletionChunk, ChunkChoice, ToolCallDelta } from '../wire/chat-chunk.ts'
import type { ChatCompletion, ChatCompletionChoice } from '../wire/chat-completion.ts'
import type { ToolCall } from '../wire/chat-tool.ts'
import { chunkHeadOf } from './usage-chunk.ts'

/**
 * The chunks that a completion could have come as: for each of its answers all it says in one, and its finish in another. Put together
 * again they are the completion. The last one tells usage, where `includeUsage` asks for it and the completion has some.
 */
export function chunksOfCompletion(
  completion: ChatCompletion,
  { includeUsage }: { readonly includeUsage: boolean },
): readonly ChatCompletionChunk[] {
  const { choices, usage, trace, additional_model_response_fields: fields } = completion
  const head = chunkHeadOf(completion)
  const said = choices.map(choice => ({ ...head, choices: [contentOf(choice)] }))
  const finished = choices.map(({ index, finish_reason }) => ({
    ...head,
    choices: [{ index, delta: {}, finish_reason }],
  }))
  const chunks: ChatCompletionChunk[] = [...said, ...finished]
  const last = chunks.at(-1)
  if (last) {
    const told = { ...(trace && { trace }), ...(fields && { additional_model_response_fields: fields }) }
    chunks[chunks.length - 1] = { ...last, ...told }
  }
  if (includeUsage && usage) chunks.push({ ...head, choices: [], usage })
  return chunks
}

function contentOf({ index, message, logprobs }: ChatCompletionChoice): ChunkChoice {
  const { tool_calls, thinking_blocks, function_call, audio, ...said } = message
  const delta = {
    ...said,
    ...(tool_calls && { tool_calls: tool_calls.map(toDelta) }),
    ...(thinking_blocks && { thinking_blocks: thinking_blocks.map((block, at) => ({ ...block, index: at })) }),
    ...(function_call && { function_call }),
    ...(audio && { audio }),
  }
  return { index, delta, finish_reason: null, ...(logprobs && { logprobs }) }
}

function toDelta(tool: ToolCall, index: number): ToolCallDelta {
  return { ...tool, index }
}
