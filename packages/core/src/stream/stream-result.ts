import { type AbortListener, listenToAbort, unlistenToAbort } from '../call-controller.ts'
import type { ChatResult, FrameBatch, Outcome } from '../contract.ts'
import { abortError, GatewayError, isGatewayError, readerLeft } from '../errors.ts'
import { type AnswerFacts, completedOutcome, failedOutcome } from '../outcome.ts'
import { closeSource } from './close-source.ts'
import { Pullable, type Receiver } from './pull.ts'
import { TimedReads } from './timed-reads.ts'

/** What an adapter's reader tells while its batches pass. */
export interface StreamFacts extends AnswerFacts {
  /** Set once the terminal event came: a `finish_reason`, a `messageStop`. A source that ends without it was cut. */
  terminal: boolean
  /** Why an answer that was sent to its end is none. It is thrown when the source ends, in place of the cut that this would be. */
  fault?: GatewayError | undefined
}

/** Where a stream's batches come from, and what was learnt of its answer. */
export interface StreamSource {
  /** Whole events, one batch an upstream read. `return()` must close the upstream. */
  readonly batches: AsyncIterator<FrameBatch, undefined, undefined>
  readonly facts: StreamFacts
  readonly signal: AbortSignal
  /** `performance.now()` at the call's start. */
  readonly startedAt: number
}

/**
 * After the terminal event only usage may still come; an upstream that is not over then has said all. A second more than an adapter
 * that has a wait of its own, at whose end it tells what it still held.
 */
const graceMs = 6_000

/** A stream that has begun, and its one end. */
export type StreamedChat = Extract<ChatResult, { kind: 'stream' }> & { readonly settled: Promise<Outcome> }

/**
 * A streamed chat result that settles exactly once: `completed` after the terminal event, `failed` when the source throws or
 * ends without one, `cancelled` when its reader leaves, read or not. It can be iterated once.
 *
 * The iterator is written by hand: an async generator that was never started skips its `finally` and leaks the upstream.
 */
export function streamResult(source: StreamSource): StreamedChat {
  const iterator = new StreamIterator(source)
  return { kind: 'stream', batches: { [Symbol.asyncIterator]: () => iterator }, settled: iterator.settled }
}

const over: IteratorReturnResult<undefined> = { done: true, value: undefined }

class StreamIterator extends Pullable<FrameBatch> implements Receiver<FrameBatch>, AbortListener {
  readonly settled: Promise<Outcome>
  private readonly batches: StreamSource['batches']
  private readonly facts: StreamFacts
  private readonly signal: AbortSignal
  private readonly startedAt: number
  private readonly tell: (outcome: Outcome) => void
  private firstFrameMs: number | undefined
  private outcome: Outcome | undefined
  /** Whose read is under way. */
  private receiver: Receiver<FrameBatch> | undefined
  private afterTerminal: TimedReads<FrameBatch> | undefined
  private closed: Promise<void> | undefined

  constructor({ batches, facts, signal, startedAt }: StreamSource) {
    super()
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    this.settled = promise
    this.tell = resolve
    this.batches = batches
    this.facts = facts
    this.signal = signal
    this.startedAt = startedAt
    if (signal.aborted) this.handleEvent()
    else listenToAbort(signal, this)
  }

  protected override pull(receiver: Receiver<FrameBatch>): void {
    if (this.outcome) {
      if (this.outcome.error && this.signal.aborted) receiver.refuse(abortError(this.signal))
      else receiver.receive(over)
      return
    }
    this.receiver = receiver
    if (this.facts.terminal) this.afterTerminal ??= new TimedReads(this.batches, graceMs)
    Pullable.read(this.afterTerminal ?? this.batches, this)
  }

  async return(): Promise<IteratorResult<FrameBatch, undefined>> {
    if (!this.outcome) {
      const isReading = this.receiver !== undefined
      this.endBy(readerLeft())
      const closed = this.giveUp()
      // A source that is being read may close only when it has read.
      if (!isReading) await closed
    }
    return over
  }

  /** A reader that cannot use what it got, such as events that do not parse: the answer has failed. */
  throw(error: unknown): Promise<IteratorResult<FrameBatch, undefined>> {
    this.fail(error)
    return this.outcome?.status === 'completed' ? Promise.resolve(over) : Promise.reject(this.shown(error))
  }

  /** Of the signal: the call is given up. */
  handleEvent(): void {
    const error = abortError(this.signal)
    this.endBy(error)
    void this.giveUp(this.facts.terminal ? undefined : error)
  }

  receive(step: IteratorResult<FrameBatch, undefined>): void {
    if (this.outcome) this.answer(over)
    else if (!step.done) this.pass(step)
    else if (this.facts.terminal) {
      this.settle(completedOutcome(this.facts, this.firstFrameMs))
      this.answer(over)
    } else this.refuse(this.facts.fault ?? interrupted())
  }

  /** Whether a batch has content may take parsing it, which may fail. */
  private pass(step: IteratorYieldResult<FrameBatch>): void {
    try {
      if (this.firstFrameMs === undefined && step.value.hasContent) {
        this.firstFrameMs = performance.now() - this.startedAt
      }
      this.answer(step)
    } catch (error) {
      this.refuse(error)
    }
  }

  refuse(error: unknown): void {
    const receiver = this.taken()
    this.fail(error)
    if (this.outcome?.status === 'completed') receiver?.receive(over)
    else receiver?.refuse(this.shown(error))
  }

  private answer(step: IteratorResult<FrameBatch, undefined>): void {
    this.taken()?.receive(step)
  }

  private taken(): Receiver<FrameBatch> | undefined {
    const { receiver } = this
    this.receiver = undefined
    return receiver
  }

  private shown(error: unknown): unknown {
    return this.signal.aborted ? abortError(this.signal) : error
  }

  private fail(error: unknown): void {
    // A transport that hears of an abort before this stream does fails of it first.
    const isCut = this.signal.aborted || (isGatewayError(error) && error.code === 'stream_interrupted')
    if (!this.outcome && isCut) this.endBy(this.shown(error))
    else if (!this.outcome) this.settle(failedOutcome(error, this.facts, this.firstFrameMs))
    void this.giveUp()
  }

  /** After the terminal event the answer is whole, whatever becomes of its connection, its reader or its clock. */
  private endBy(error: unknown): void {
    const { facts, firstFrameMs } = this
    this.settle(facts.terminal ? completedOutcome(facts, firstFrameMs) : failedOutcome(error, facts, firstFrameMs))
  }

  private settle(outcome: Outcome): void {
    this.outcome = outcome
    unlistenToAbort(this.signal, this)
    this.tell(outcome)
  }

  /**
   * Ends a read under way, with an error or as the end, and closes the source, once: a source may not notice that it was closed,
   * as an async generator does not that waits for its upstream, and its reader must be let go all the same.
   */
  private giveUp(error?: unknown): Promise<void> {
    if (error !== undefined) this.taken()?.refuse(error)
    else if (this.receiver) this.receive(over)
    this.closed ??= closeSource(this.afterTerminal ?? this.batches)
    return this.closed
  }
}

function interrupted(): GatewayError {
  return new GatewayError('stream_interrupted', 'The upstream closed the stream before the answer was complete.')
}
