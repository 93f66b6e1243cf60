import { abandonResult } from '../abandon-result.ts'
import { CallController } from '../call-controller.ts'
import type { Call, FrameBatch, Handler, Operation, Outcome, Result } from '../contract.ts'
import { abortError, GatewayError, readerLeft } from '../errors.ts'
import { failedOutcome, onceSettled } from '../outcome.ts'
import { answerOf, bytesOfAnswer, type KeptAnswer } from './kept-answer.ts'
import { Seat } from './reader-seat.ts'
import { repeatOutcome } from './repeat-outcome.ts'
import { streamResult } from './stream-result.ts'
import { Tape } from './tape.ts'

/** How a shared result ended. */
export interface SharedEnd {
  readonly outcome: Outcome
  /** There for an answer that was completed and is whole here: a stream longer than `maxBytes` is not. */
  readonly answer: KeptAnswer | undefined
  /** Whether there was an answer to begin with: of a stream, its first content. */
  readonly hasBegun: boolean
}

/** What is known of a result that several read. */
interface SharedResultOptions {
  /** Whether the call goes on though the last reader has left; else that aborts it. Default false. */
  readonly runsOn?: boolean | undefined
  /**
   * Bytes of a stream that are kept for who joins later, and that a reader may lie behind the fastest. A longer stream cannot be joined any
   * more, its source waits for the slowest reader, and once the last has left it is aborted in any case. Default 1 MiB.
   */
  readonly maxBytes?: number | undefined
  /** Told once, when the call has settled. Must not throw. */
  readonly onEnd?: ((end: SharedEnd) => void) | undefined
}

const defaultMaxBytes = 1024 * 1024

/**
 * One call to an upstream, whose answer many read: the call that leads makes it, others join at any time and get the same from its
 * start, each at its own pace. One that fails, fails for each of them, once. A reader leaves by `return()` or with its own call's signal;
 * the upstream's signal is another, which aborts when the last reader has left, unless the result `runsOn`.
 */
export class SharedResult<O extends Operation> {
  private readonly options: SharedResultOptions
  private readonly controller = new CallController()
  private readonly begun = Promise.withResolvers<Result<O>>()
  private readonly ended = Promise.withResolvers<Outcome>()
  private tape: Tape | undefined
  /** Of an answer that is whole, once somebody has joined. */
  private bytes: Uint8Array | undefined
  private readers = 0
  private result: Result<O> | undefined
  private hasFailed = false
  private hasEnded = false

  constructor(options: SharedResultOptions = {}) {
    this.options = options
    // Readers see the rejection; where there are none any more, it must not end the process.
    this.begun.promise.catch(noop)
  }

  /** How the call ended, whoever is still there. Never rejects. */
  get settled(): Promise<Outcome> {
    return this.ended.promise
  }

  /** Whether who joins gets an answer from its start, as far as is known. */
  get canBeJoined(): boolean {
    return !this.hasFailed && !this.controller.signal.aborted && this.tape?.isWhole !== false
  }

  /**
   * Makes the call, once, and is its first reader. The result settles as the upstream's does, however its own reader ends: who leads
   * pays for all.
   */
  lead(call: Call<O>, next: Handler<O>): Promise<Result<O>> {
    const { signal } = call
    if (signal.aborted) {
      this.failed(abortError(signal))
      return this.begun.promise
    }
    const seat = this.sit(signal)
    seat.onAbort = () => {
      // Its caller is told at once; what the call cost is known only when it has ended.
      if (!this.controller.signal.aborted) call.context.goesOn = this.settled
    }
    started(next, { ...call, signal: this.controller.signal }).then(
      result => this.began(result),
      (error: unknown) => this.failed(error),
    )
    return this.begun.promise.then(
      result => ({ ...this.readBy(call, seat, result), settled: result.settled }),
      (error: unknown) => {
        seat.leave(error)
        throw error
      },
    )
  }

  /**
   * Reads what another call asks for. To be called only where {@link canBeJoined}.
   * @throws {GatewayError} what the call fails of before its answer begins; why this one was aborted meanwhile. The promise rejects.
   */
  join(call: Call<O>): Promise<Result<O>> {
    const { signal } = call
    if (signal.aborted) return Promise.reject(abortError(signal))
    const seat = this.sit(signal)
    const repeated = (result: Result<O>): Result<O> => {
      const read = this.readBy(call, seat, result)
      return { ...read, ...this.copyOf(result), settled: repeatOutcome(read, result) }
    }
    // Now, while the start is there.
    if (this.result) return Promise.resolve(repeated(this.result))
    return new Promise((resolve, reject) => {
      seat.onAbort = reject
      this.begun.promise.then(
        result => {
          if (seat.isTaken) resolve(repeated(result))
        },
        (error: unknown) => {
          seat.leave(error)
          reject(error)
        },
      )
    })
  }

  /** Ends it for everybody. */
  abort(reason: GatewayError): void {
    if (!this.hasEnded) this.giveUp(reason)
  }

  private sit(signal: AbortSignal): Seat {
    this.readers += 1
    return new Seat(signal, reason => {
      this.readers -= 1
      this.endUnread(reason)
    })
  }

  private began(result: Result<O>): void {
    // Too late: nobody waits for it any more.
    if (this.hasEnded) return void abandonResult(result)
    if (result.kind === 'stream') {
      const { maxBytes = defaultMaxBytes, runsOn = false } = this.options
      const onTooLong = (): void => this.endUnread(unkept())
      this.tape = new Tape(batchesOf(result), { maxBytes, runsOn, onTooLong })
    }
    this.result = result
    this.begun.resolve(result)
    onceSettled(result, outcome => this.end(outcome, result))
    if (this.controller.signal.aborted) void this.tape?.close()
    // When all who wait have their places: the start may be gone with the first read.
    else if (this.options.runsOn) void this.begun.promise.then(() => this.tape?.pump())
  }

  private failed(error: unknown): void {
    if (this.hasEnded) return
    this.begun.reject(error)
    this.end(failedOutcome(error), undefined)
  }

  private end(outcome: Outcome, result: Result<O> | undefined): void {
    this.hasEnded = true
    this.hasFailed = outcome.status !== 'completed'
    this.ended.resolve(outcome)
    const answer = result && !this.hasFailed ? this.kept(result) : undefined
    this.options.onEnd?.({ outcome, answer, hasBegun: result !== undefined })
  }

  private kept(result: Result<Operation>): KeptAnswer | undefined {
    if (result.kind !== 'stream') return wholeOf(result)
    const batches = this.tape?.batches
    return batches && { kind: 'stream', batches }
  }

  /** Callers in one process change what they get, as a message that becomes a part of their next request. */
  private copyOf(result: Result<Operation>): KeptAnswer | undefined {
    const whole = wholeOf(result)
    if (!whole) return undefined
    this.bytes ??= bytesOfAnswer(whole)
    return answerOf(whole.kind, this.bytes)
  }

  /** The answer for one reader, whose own end it settles with. */
  private readBy({ signal, context }: Call<O>, seat: Seat, result: Result<O>): Result<O> {
    if (!this.tape) {
      seat.leave(undefined)
      return result
    }
    const facts = { terminal: false }
    const batches = this.tape.reader(hasAll => {
      facts.terminal = hasAll
      // Of one who has it all nothing is ended: an error would be made for nobody.
      seat.leave(signal.aborted ? abortError(signal) : hasAll ? undefined : readerLeft())
    })
    // From here on the stream minds the signal.
    seat.unlisten()
    return { ...result, ...streamResult({ batches, facts, signal, startedAt: context.startedAt }) }
  }

  /** Nobody reads: it ends, unless it is to be kept and can be. */
  private endUnread(reason: unknown): void {
    if (this.readers > 0 || this.hasEnded || this.tape?.hasEnded || (this.result && !this.tape)) return
    if (!this.options.runsOn || this.tape?.isWhole === false) this.giveUp(reason)
  }

  private giveUp(reason: unknown): void {
    this.controller.abort(reason)
    void this.tape?.close()
    // One that minds its signal fails within this turn, and is recorded as what it was; after that nobody waits.
    if (!this.result) setImmediate(() => !this.result && this.failed(reason))
  }
}

/** A layer may throw before it has a promise to give. */
async function started<O extends Operation>(next: Handler<O>, call: Call<O>): Promise<Result<O>> {
  return next(call)
}

/** `undefined` for a stream, and for files and batches. */
function wholeOf(result: Result<Operation>): Exclude<KeptAnswer, { kind: 'stream' }> | undefined {
  return result.kind === 'stream' || result.kind === 'stored' || result.kind === 'content' ? undefined : result
}

function batchesOf(
  result: Extract<Result<'chat'>, { kind: 'stream' }>,
): AsyncIterator<FrameBatch, undefined, undefined> {
  return result.batches[Symbol.asyncIterator]() as AsyncIterator<FrameBatch, undefined, undefined>
}

function unkept(): GatewayError {
  return new GatewayError('cancelled', 'Nobody waits for this answer any more, and it is too long to be kept.')
}

function noop(): void {}
