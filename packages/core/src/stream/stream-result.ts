import type { ChatResult, FrameBatch, Outcome } from '../contract.ts'
import { abortError, GatewayError, isGatewayError } from '../errors.ts'
import { type AnswerFacts, completedOutcome, failedOutcome } from '../outcome.ts'
import { createUpstreamReader, over } from './upstream-reader.ts'

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

/** After the terminal event only usage may still come; an upstream that stays silent then has said all. */
const graceMs = 5_000

/** A stream that has begun, and its one end. */
export type StreamedChat = Extract<ChatResult, { kind: 'stream' }> & { readonly settled: Promise<Outcome> }

/**
 * A streamed chat result that settles exactly once: `completed` after the terminal event, `failed` when the source throws or
 * ends without one, `cancelled` when its reader leaves, read or not. It can be iterated once.
 *
 * The iterator is written by hand: an async generator that was never started skips its `finally` and leaks the upstream.
 */
export function streamResult({ batches, facts, signal, startedAt }: StreamSource): StreamedChat {
  const { promise: settled, resolve } = Promise.withResolvers<Outcome>()
  const upstream = createUpstreamReader(batches)
  let firstFrameMs: number | undefined
  let outcome: Outcome | undefined

  function settle(end: Outcome): void {
    outcome = end
    signal.removeEventListener('abort', onAbort)
    resolve(end)
  }
  /** After the terminal event the answer is whole, whatever becomes of its connection, its reader or its clock. */
  function endBy(error: GatewayError): void {
    settle(facts.terminal ? completedOutcome(facts, firstFrameMs) : failedOutcome(error, facts, firstFrameMs))
  }
  function onAbort(): void {
    const error = abortError(signal)
    endBy(error)
    void upstream.giveUp(facts.terminal ? undefined : error)
  }
  function fail(error: unknown): IteratorReturnResult<undefined> {
    const cut = isGatewayError(error) && error.code === 'stream_interrupted'
    if (!outcome && cut) endBy(error)
    else if (!outcome) settle(failedOutcome(error, facts, firstFrameMs))
    void upstream.giveUp()
    if (outcome?.status === 'completed') return over
    throw signal.aborted ? abortError(signal) : error
  }
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })

  async function next(): Promise<IteratorResult<FrameBatch>> {
    if (outcome?.error && signal.aborted) throw abortError(signal)
    if (outcome) return over
    try {
      const step = facts.terminal ? await upstream.readWithin(graceMs) : await upstream.read()
      if (outcome) return over
      if (!step.done) {
        if (firstFrameMs === undefined && step.value.hasContent) firstFrameMs = performance.now() - startedAt
        return step
      }
    } catch (error) {
      return fail(error)
    }
    if (!facts.terminal) return fail(interrupted())
    settle(completedOutcome(facts, firstFrameMs))
    return over
  }

  const iterator: AsyncIterator<FrameBatch> = {
    next,
    async return() {
      if (!outcome) {
        endBy(left())
        await upstream.giveUp()
      }
      return over
    },
    /** A reader that cannot use what it got, such as events that do not parse: the answer has failed. */
    async throw(error: unknown) {
      return fail(error)
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
