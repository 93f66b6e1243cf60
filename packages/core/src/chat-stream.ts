import type { CallReport } from './call-report.ts'
import type { FrameBatch, Result } from './contract.ts'
import { createAccumulator } from './stream/accumulate.ts'
import type { ChatCompletionChunk } from './wire/chat-chunk.ts'
import type { ChatCompletion } from './wire/chat-completion.ts'

/** A streamed answer in process. Read it once: by iterating, or whole by `completion()`. Breaking out of the loop aborts the upstream. */
export interface ChatStream extends AsyncIterable<ChatCompletionChunk> {
  /** What became of the call. Resolves when it has settled, however it ended; never rejects. */
  readonly report: Promise<CallReport>
  /**
   * The whole answer, put together.
   * @throws {GatewayError} what iterating would throw.
   */
  completion(): Promise<ChatCompletion>
  abort(): void
}

/** Starts the call at once; an error waits for the reader. */
export function createChatStream(
  start: (controller: AbortController, onReport: (report: CallReport) => void) => Promise<Result<'chat'>>,
): ChatStream {
  const controller = new AbortController()
  const { promise: report, resolve: onReport } = Promise.withResolvers<CallReport>()
  const result = start(controller, onReport)
  // The reader sees the rejection; until it comes, it must not end the process.
  result.catch(() => {})
  let taken = false

  async function* read(): AsyncGenerator<ChatCompletionChunk, void, undefined> {
    if (taken) throw new TypeError('This stream was read already: a stream can be read once.')
    taken = true
    const answer = await result
    if (answer.kind !== 'stream') throw new TypeError('The provider answered a streamed call with a whole completion.')
    const batches = answer.batches[Symbol.asyncIterator]()
    try {
      for (let step = await batches.next(); !step.done; step = await batches.next())
        yield* await framesOf(step.value, batches)
    } finally {
      if (batches.return) await batches.return()
      // A layer's iterator that cannot be closed may have left what it reads.
      else controller.abort()
    }
  }

  function iterate(): AsyncIterator<ChatCompletionChunk, void, undefined> {
    const chunks = read()
    let started = false
    return {
      next() {
        started = true
        return chunks.next()
      },
      // A generator that was not started, or that waits for a chunk, would leave the upstream running.
      return() {
        if (started || !taken) controller.abort()
        taken = true
        return chunks.return()
      },
    }
  }

  return {
    report,
    [Symbol.asyncIterator]: iterate,
    async completion() {
      const accumulator = createAccumulator()
      for await (const chunk of read()) accumulator.add(chunk)
      return accumulator.completion()
    },
    abort: () => controller.abort(),
  }
}

/** Events that passed unread may turn out not to parse: then the answer has failed, and was not cancelled by its reader. */
async function framesOf(batch: FrameBatch, batches: AsyncIterator<FrameBatch>): Promise<FrameBatch['frames']> {
  try {
    return batch.frames
  } catch (error) {
    await batches.throw?.(error)
    throw error
  }
}
