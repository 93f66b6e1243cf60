import { asksForStream } from '../asks-for-stream.ts'
import type { Call, FrameBatch, Outcome, Result } from '../contract.ts'
import { isChat } from '../is-chat.ts'
import { settledAs } from '../outcome.ts'
import type { ChatCompletion } from '../wire/chat-completion.ts'
import { createAccumulator } from './accumulate.ts'
import { asksForUsage } from './as-asked.ts'
import { chunksOfCompletion } from './completion-chunks.ts'
import type { KeptAnswer } from './kept-answer.ts'
import { repeatOutcome } from './repeat-outcome.ts'
import { batchOfChunks } from './sse.ts'
import { streamOf } from './stream-of.ts'

/**
 * An answer that was kept, as a call asks for it: streamed or whole, with usage at the stream's end or without. `undefined` where it does
 * not hold what is asked for: usage that its upstream never told. It settles with `outcome`, or as its own reader ends.
 */
export function replayKept(call: Call, answer: KeptAnswer, outcome: Outcome): Result<Call['operation']> | undefined {
  const settled = settledAs(outcome)
  if (answer.kind === 'embeddings') return { ...answer, settled }
  if (!isChat(call)) return undefined
  if (!asksForStream(call.request)) {
    const completion = answer.kind === 'completion' ? answer.completion : { value: completionOf(answer.batches) }
    return { kind: 'completion', completion, settled }
  }
  const batches = batchesOf(answer, asksForUsage(call.request))
  if (!batches) return undefined
  const stream = streamOf(call, batches)
  return { ...stream, settled: repeatOutcome(stream, { settled }) }
}

function batchesOf(
  answer: Exclude<KeptAnswer, { kind: 'embeddings' }>,
  includeUsage: boolean,
): readonly FrameBatch[] | undefined {
  if (answer.kind === 'completion') {
    return [batchOfChunks(chunksOfCompletion(answer.completion.value, { includeUsage }))]
  }
  const [frames, usage] = answer.batches
  if (!frames || (includeUsage && !usage)) return undefined
  return includeUsage && usage ? [frames, usage] : [frames]
}

function completionOf(batches: readonly FrameBatch[]): ChatCompletion {
  const accumulator = createAccumulator()
  for (const { frames } of batches) for (const frame of frames) accumulator.add(frame)
  return accumulator.completion()
}
