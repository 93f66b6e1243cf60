import { abandonResult } from '../abandon-result.ts'
import { asksForStream } from '../asks-for-stream.ts'
import { type AbortListener, CallController, listenToAbort, unlistenToAbort } from '../call-controller.ts'
import type { Call, FrameBatch, Handler, Middleware, Operation, Result } from '../contract.ts'
import { abortError, type GatewayError } from '../errors.ts'
import { closeSource } from '../stream/close-source.ts'
import { Pullable, type Receiver } from '../stream/pull.ts'
import { StreamClock, type TimedStream } from './stream-clock.ts'

/** How long an attempt's upstream is waited for. */
export interface StreamTimeouts {
  /**
   * From the attempt's start to its answer where that is no stream, in milliseconds. Default: none, but for the call's own: an answer that
   * thinks for minutes is silent until it is whole.
   */
  readonly answerMs?: number | undefined
  /** From the attempt's start to its first content, in milliseconds. Default 120,000. */
  readonly firstFrameMs?: number | undefined
  /** Between two reads after that, in milliseconds; the time that a reader takes itself does not count. Default 120,000. */
  readonly idleMs?: number | undefined
}

const defaultMs = 120_000

/**
 * A layer of the attempt: gives up an upstream that is silent for too long, and closes it. Before content the call goes on to its next
 * target; after it a stream ends with `timeout_idle`. Whole answers pass it by where no `answerMs` is told: they have the call's deadline.
 * @param timeoutsOf those of a call; asked once an attempt
 */
export function timeouts(timeoutsOf: (call: Call) => StreamTimeouts): Middleware {
  const clock = new StreamClock()
  return <O extends Operation>(call: Call<O>, next: Handler<O>): Promise<Result<O>> => {
    const { answerMs, firstFrameMs = defaultMs, idleMs = defaultMs } = timeoutsOf(call)
    const isWhole = !asksForStream(call.request)
    const contentMs = isWhole ? answerMs : firstFrameMs
    if (contentMs === undefined) return next(call)
    const timed = new TimedAttempt({ clock, parent: call.signal, firstFrameMs: contentMs, idleMs, isWhole })
    return timed.run({ ...call, signal: timed.signal }, next)
  }
}

interface Timing {
  readonly clock: StreamClock
  readonly parent: AbortSignal
  readonly firstFrameMs: number
  readonly idleMs: number
  readonly isWhole: boolean
}

/** One object a stream: its controller's owner, its iterator, and the receiver of its reads. */
class TimedAttempt extends Pullable<FrameBatch> implements TimedStream, Receiver<FrameBatch>, AbortListener {
  place = 0
  hasContent = false
  isReading = false
  reads = 0
  readsSeen = 0
  sinceMs = 0
  readonly firstFrameMs: number
  readonly idleMs: number
  readonly isWhole: boolean
  private readonly clock: StreamClock
  private readonly parent: AbortSignal
  private readonly controller = new CallController()
  private source: AsyncIterator<FrameBatch, undefined, undefined> | undefined
  private receiver: Receiver<FrameBatch> | undefined
  /** While its provider has not answered. */
  private reject: ((error: unknown) => void) | undefined

  constructor({ clock, parent, firstFrameMs, idleMs, isWhole }: Timing) {
    super()
    this.clock = clock
    this.parent = parent
    this.firstFrameMs = firstFrameMs
    this.idleMs = idleMs
    this.isWhole = isWhole
    if (parent.aborted) this.handleEvent()
    else {
      listenToAbort(parent, this)
      clock.add(this)
    }
  }

  get signal(): AbortSignal {
    return this.controller.signal
  }

  run<O extends Operation>(call: Call<O>, next: Handler<O>): Promise<Result<O>> {
    return new Promise((resolve, reject) => {
      const { signal } = this
      this.reject = reject
      next(call).then(
        result => {
          this.reject = undefined
          if (signal.aborted) {
            void abandonResult(result as Result<Operation>)
            reject(abortError(signal))
          } else resolve(this.timed(result as Result<Operation>) as Result<O>)
        },
        (error: unknown) => {
          this.reject = undefined
          this.stop()
          reject(signal.aborted ? abortError(signal) : error)
        },
      )
    })
  }

  /** By the clock. The upstream closes, and who reads it is told why. */
  giveUp(error: GatewayError): void {
    this.abort(error)
  }

  /** Of the call's signal. */
  handleEvent(): void {
    this.abort(abortError(this.parent))
  }

  throw(error: unknown): Promise<IteratorResult<FrameBatch, undefined>> {
    this.stop()
    return this.source?.throw?.(error) ?? Promise.reject(error)
  }

  return(): Promise<IteratorResult<FrameBatch, undefined>> {
    this.stop()
    return this.source?.return?.() ?? Promise.resolve({ done: true, value: undefined })
  }

  receive(step: IteratorResult<FrameBatch, undefined>): void {
    const receiver = this.taken()
    try {
      if (step.done) this.stop()
      else if (!this.hasContent && step.value.hasContent) this.hasContent = true
    } catch (error) {
      // Events that do not parse are for their reader to complain of.
      receiver?.refuse(error)
      return
    }
    receiver?.receive(step)
  }

  refuse(error: unknown): void {
    this.stop()
    this.taken()?.refuse(error)
  }

  protected override pull(receiver: Receiver<FrameBatch>): void {
    this.receiver = receiver
    this.isReading = true
    this.reads += 1
    if (this.source) Pullable.read(this.source, this)
  }

  private timed(result: Result<Operation>): Result<Operation> {
    if (result.kind !== 'stream') {
      this.stop()
      return result
    }
    const { batches } = result
    return {
      ...result,
      batches: {
        [Symbol.asyncIterator]: () => {
          this.source = batches[Symbol.asyncIterator]() as AsyncIterator<FrameBatch, undefined, undefined>
          return this
        },
      },
    }
  }

  private abort(error: GatewayError): void {
    this.stop()
    this.controller.abort(error)
    const { reject } = this
    // A provider that minds its signal fails within this turn; nobody waits for one that does not.
    if (reject) setImmediate(() => reject(abortError(this.signal)))
    const receiver = this.taken()
    if (!receiver) return
    // A provider's stream that does not mind its signal.
    void closeSource(this.source)
    receiver.refuse(error)
  }

  private taken(): Receiver<FrameBatch> | undefined {
    const { receiver } = this
    this.receiver = undefined
    this.isReading = false
    return receiver
  }

  private stop(): void {
    this.clock.remove(this)
    unlistenToAbort(this.parent, this)
  }
}
