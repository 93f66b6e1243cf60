import type { ChatCompletionChunk } from '../wire/chat-chunk.ts'
import type { ChatCompletion } from '../wire/chat-completion.ts'
import type { Usage } from '../wire/usage.ts'

/** Whether a chunk tells usage and nothing else: the last one, for those who asked for it. */
export function isUsageChunk({ choices, usage }: ChatCompletionChunk): boolean {
  return choices.length === 0 && usage !== undefined && usage !== null
}

/** The usage chunk of the answer that a chunk is of; as OpenAI's own, it says all that the others say of the answer. */
export function usageChunkOf(chunk: ChatCompletionChunk, usage: Usage): ChatCompletionChunk {
  return { ...chunkHeadOf(chunk), choices: [], usage }
}

/** What every chunk of an answer says of it. */
export function chunkHeadOf(answer: ChatCompletion | ChatCompletionChunk): Omit<ChatCompletionChunk, 'choices'> {
  const { id, created, model, service_tier, system_fingerprint } = answer
  return {
    id,
    object: 'chat.completion.chunk',
    created,
    model,
    ...(service_tier && { service_tier }),
    ...(system_fingerprint !== undefined && { system_fingerprint }),
  }
}
