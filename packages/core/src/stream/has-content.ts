import type { ChatCompletionChunk, ChunkChoice } from '../wire/chat-chunk.ts'

/**
 * Whether a chunk commits the stream: text, speech, reasoning, a refusal, a tool call or the finish. OpenAI's role chunk does not,
 * and neither does an empty delta.
 */
export function hasContent(chunk: ChatCompletionChunk): boolean {
  return chunk.choices.some(choice => choice && commits(choice))
}

function commits({ delta, finish_reason }: ChunkChoice): boolean {
  return (
    Boolean(finish_reason) ||
    Boolean(delta?.content) ||
    Boolean(delta?.refusal) ||
    Boolean(delta?.reasoning_content) ||
    // As OpenRouter and vLLM call it.
    Boolean(delta && 'reasoning' in delta && delta.reasoning) ||
    Boolean(delta?.thinking_blocks?.length) ||
    Boolean(delta?.tool_calls?.length) ||
    Boolean(delta?.audio) ||
    Boolean(delta?.function_call)
  )
}
