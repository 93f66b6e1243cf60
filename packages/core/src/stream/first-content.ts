import type { FrameBatch, Result } from '../contract.ts'
import type { ChatCompletionChunk } from '../wire/chat-chunk.ts'

/**
 * Whether a chunk commits the stream: text, speech, reasoning, a refusal, a tool call or the finish. OpenAI's role chunk does not,
 * and neither does an empty delta.
 */
export function hasContent(chunk: ChatCompletionChunk): boolean {
  return chunk.choices.some(
    ({ delta, finish_reason }) =>
      Boolean(finish_reason) ||
      Boolean(delta?.content) ||
      Boolean(delta?.refusal) ||
      Boolean(delta?.reasoning_content) ||
      Boolean(delta?.thinking_blocks?.length) ||
      Boolean(delta?.tool_calls?.length) ||
      Boolean(delta?.audio) ||
      Boolean(delta?.function_call),
  )
}

/**
 * Reads a stream until its first content frame and gives the same stream back, nothing lost. What fails before that, an
 * exception inside a 200 event stream included, rejects here: it can still be retried, fail over or have its true status.
 */
export async function holdUntilContent(result: Result<'chat'>): Promise<Result<'chat'>> {
  if (result.kind !== 'stream') return result
  const source = result.batches[Symbol.asyncIterator]()
  const held: FrameBatch[] = []
  for (;;) {
    const step = await source.next()
    if (step.done) break
    held.push(step.value)
    if (step.value.frames.some(hasContent)) break
  }
  return { ...result, batches: { [Symbol.asyncIterator]: () => replay(held, source) } }
}

function replay(held: FrameBatch[], source: AsyncIterator<FrameBatch>): AsyncIterator<FrameBatch> {
  return {
    next() {
      const batch = held.shift()
      return batch ? Promise.resolve({ done: false, value: batch }) : source.next()
    },
    return() {
      held.length = 0
      return source.return?.() ?? Promise.resolve({ done: true, value: undefined })
    },
  }
}
