import type { Result } from './contract.ts'
import { createAccumulator } from './stream/accumulate.ts'
import type { CallReport } from './telemetry/report.ts'
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
    for await (const batch of answer.batches) yield* batch.frames
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
