import { batchOfChunks, type FrameBatch } from '@modelgate/core'
import type { AnswerMender } from './answer-mender.ts'

const suspicious = ['"tool_calls"', '"reasoning"'] as const

/**
 * A stream whose batches are mended on their way. Those that hold nothing to mend pass as the bytes they came as, unparsed.
 *
 * Written by hand: a generator that was never started would not close its source.
 */
export function mendedBatches(source: AsyncIterable<FrameBatch>, mender: AnswerMender): AsyncIterable<FrameBatch> {
  const batches = source[Symbol.asyncIterator]()
  const iterator: AsyncIterator<FrameBatch> = {
    async next() {
      const step = await batches.next()
      if (step.done) return step
      try {
        return { done: false, value: mended(step.value, mender) }
      } catch (error) {
        // Events that do not parse are found here, where the answer has failed and was not left by its reader.
        await batches.throw?.(error)
        throw error
      }
    },
    return: async () => (await batches.return?.()) ?? { done: true, value: undefined },
    throw(error) {
      return batches.throw ? batches.throw(error) : Promise.reject(error)
    },
  }
  return { [Symbol.asyncIterator]: () => iterator }
}

function mended(batch: FrameBatch, mender: AnswerMender): FrameBatch {
  const { buffer, byteOffset, byteLength } = batch.bytes
  const bytes = Buffer.from(buffer, byteOffset, byteLength)
  if (!mender.seesAll && !suspicious.some(word => bytes.includes(word))) return batch
  const frames = batch.frames.map(frame => mender.chunk(frame))
  return frames.some((frame, index) => frame !== batch.frames[index]) ? batchOfChunks(frames) : batch
}
