import type { ChatResult, FrameBatch, Outcome } from '../contract.ts'
import { abortError, GatewayError } from '../errors.ts'
import { type AnswerFacts, completedOutcome, failedOutcome } from '../outcome.ts'
import { hasContent } from './first-content.ts'

/** What an adapter's reader tells while its batches pass. */
export interface StreamFacts extends AnswerFacts {
  /** Set once the terminal event came: a `finish_reason`, a `messageStop`. A source that ends without it was cut. */
  terminal: boolean
}

export interface StreamSource {
  /** Whole events, one batch an upstream read. `return()` must close the upstream. */
  readonly batches: AsyncIterator<FrameBatch>
  readonly facts: StreamFacts
  readonly signal: AbortSignal
  /** `performance.now()` at the call's start. */
  readonly startedAt: number
}

/**
 * A streamed chat result that settles exactly once: `completed` after the terminal event, `failed` when the source throws or
 * ends without one, `cancelled` when its reader leaves, read or not. It can be iterated once.
 *
 * The iterator is written by hand: an async generator that was never started skips its `finally` and leaks the upstream.
 */
export function streamResult({ batches, facts, signal, startedAt }: StreamSource): ChatResult & {
  readonly settled: Promise<Outcome>
} {
  const { promise: settled, resolve } = Promise.withResolvers<Outcome>()
  let firstFrameMs: number | undefined
  let outcome: Outcome | undefined
  let reader: PromiseWithResolvers<IteratorResult<FrameBatch>> | undefined

  function settle(end: Outcome): void {
    outcome = end
    signal.removeEventListener('abort', onAbort)
    resolve(end)
  }
  async function close(): Promise<void> {
    // The upstream may already be gone; closing it again must not hide why.
    await batches.return?.().catch(() => {})
  }
  function onAbort(): void {
    const error = abortError(signal)
    settle(failedOutcome(error, facts, firstFrameMs))
    reader?.reject(error)
    void close()
  }
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })

  /** A read that ends when the stream does: a source that waits, as an async generator may, does not notice that it was closed. */
  async function read(): Promise<IteratorResult<FrameBatch>> {
    reader = Promise.withResolvers<IteratorResult<FrameBatch>>()
    try {
      batches.next().then(reader.resolve, reader.reject)
      const step = await reader.promise
      if (!step.done && firstFrameMs === undefined && step.value.frames.some(hasContent))
        firstFrameMs = performance.now() - startedAt
      return step
    } catch (error) {
      if (!outcome) {
        settle(failedOutcome(error, facts, firstFrameMs))
        void close()
      }
      throw signal.aborted ? abortError(signal) : error
    }
  }

  const over = { done: true, value: undefined } as const
  const iterator: AsyncIterator<FrameBatch> = {
    async next() {
      const step = outcome ? over : await read()
      if (outcome) {
        if (outcome.error && signal.aborted) throw abortError(signal)
        return over
      }
      if (!step.done) return step
      if (facts.terminal) {
        settle(completedOutcome(facts, firstFrameMs))
        return over
      }
      const error = interrupted()
      settle(failedOutcome(error, facts, firstFrameMs))
      throw error
    },
    async return() {
      if (!outcome) {
        settle(failedOutcome(left(), facts, firstFrameMs))
        reader?.resolve(over)
        await close()
      }
      return over
    },
  }
  return { kind: 'stream', batches: { [Symbol.asyncIterator]: () => iterator }, settled }
}

function interrupted(): GatewayError {
  return new GatewayError('stream_interrupted', 'The upstream closed the stream before the answer was complete.')
}

function left(): GatewayError {
  return new GatewayError('cancelled', 'The reader left the stream before its end.')
}
