import type { ChatCompletionChunk } from '../wire/chat-chunk.ts'
import type { Usage } from '../wire/usage.ts'

/** Whether a chunk tells usage and nothing else: the last one, for those who asked for it. */
export function isUsageChunk({ choices, usage }: ChatCompletionChunk): boolean {
  return choices.length === 0 && usage !== undefined && usage !== null
}

/** The usage chunk of the answer that a chunk is of. */
export function usageChunkOf({ id, created, model }: ChatCompletionChunk, usage: Usage): ChatCompletionChunk {
  return { id, object: 'chat.completion.chunk', created, model, choices: [], usage }
}
