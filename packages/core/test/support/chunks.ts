import type { ChatCompletionChunk, ChunkChoice, FrameBatch } from '../../src/index.ts'
import { batchOfChunks } from '../../src/index.ts'

type Delta = ChunkChoice['delta']

export function chunkOf(
  delta: Delta,
  finish_reason: ChunkChoice['finish_reason'] = null,
  index = 0,
): ChatCompletionChunk {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'served-model',
    choices: [{ index, delta, finish_reason }],
  }
}

export const usageChunk: ChatCompletionChunk = {
  ...chunkOf({}),
  choices: [],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
}

export function text(content: string): FrameBatch {
  return batchOfChunks([chunkOf({ content })])
}
export const role: FrameBatch = batchOfChunks([chunkOf({ role: 'assistant', content: '' })])
export const finish: FrameBatch = batchOfChunks([chunkOf({}, 'stop')])

/** The text of everything a stream gave. */
export async function textOf(batches: AsyncIterable<FrameBatch>): Promise<string> {
  let all = ''
  for await (const { frames } of batches) for (const frame of frames) all += frame.choices[0]?.delta.content ?? ''
  return all
}
