import { type AbortListener, listenToAbort, unlistenToAbort } from '../call-controller.ts'
import type { FrameBatch } from '../contract.ts'
import { abortError, type GatewayError, isCancelled, toGatewayError } from '../errors.ts'
import type { Outcome } from '../outcome.ts'
import { Pullable, type Receiver } from '../stream/pull.ts'
import { doneEvent, encodeEvent } from '../stream/sse.ts'
import type { StreamedChat } from '../stream/stream-result.ts'
import type { Exchange } from './exchange.ts'
import { type ReportedCall, reportComment } from './report-comment.ts'
import type { StreamOutlet } from './stream-outlet.ts'

/** How a stream is written, and ended. */
export interface StreamDialect {
  /** @throws what makes the answer unreadable: it has failed. */
  bytesOf(batch: FrameBatch): Uint8Array
  /** The last of an answer that is whole. */
  end(): Uint8Array
  /** The last of one that is not: nothing in it looks like the end of a whole one. */
  fail(error: GatewayError): Uint8Array
}

/** Chunks as they come, then `[DONE]`. */
export const chatDialect: StreamDialect = {
  bytesOf: ({ bytes }) => bytes,
  end: () => doneEvent,
  fail: error => encodeEvent(error.toBody()),
}

/** A streamed answer under way. */
export interface Sending {
  readonly outlet: StreamOutlet
  readonly dialect: StreamDialect
  readonly exchange: Exchange
  /** What the last comment tells, where the client asked for one. */
  readonly report: ReportedCall | undefined
}

/**
 * Sends a stream whose first content has come. One write an upstream read; the upstream is read again only when there is room.
 * A failure after this is one in-band error event, and then the end: no `finish_reason`, no `[DONE]`, nothing that looks whole.
 * @throws what the head failed of, where its status can still say so.
 */
export function sendStream({ batches, settled }: StreamedChat, sending: Sending): Promise<void> {
  const iterator = batches[Symbol.asyncIterator]()
  const pumped = new Promise<Failure | undefined>(resolve => new Pump({ iterator, sending, resolve }).run())
  return pumped.then(failure => endStream(sending, { iterator, settled, failure }))
}

type BatchIterator = AsyncIterator<FrameBatch, undefined, undefined>

/** What became of the reading, if it failed. */
interface Failure {
  readonly error: unknown
}

interface Pumping {
  readonly iterator: BatchIterator
  readonly settled: Promise<Outcome>
  readonly failure: Failure | undefined
}

/** Apart from the reading: an `async` function that waited for its end would be kept for as long as the stream. */
async function endStream(sending: Sending, { iterator, settled, failure }: Pumping): Promise<void> {
  const { outlet, dialect, report } = sending
  try {
    if (failure) throw failure.error
    const last = dialect.end()
    await outlet.end(report ? Buffer.concat([reportComment(report, await soon(settled)), last]) : last)
  } catch (error) {
    // A header that is none, or a host that has answered: the door knows better than an event without a head.
    if (!outlet.isCommitted) {
      outlet.close()
      throw error
    }
    await endBroken(toGatewayError(error), sending, report && (await soon(settled)))
  } finally {
    // Closes the upstream on every way out; after its own end this does nothing.
    if (iterator.return) await iterator.return()
    // A layer's iterator that cannot be closed may have left what it reads: the call's signal closes that.
    else sending.exchange.request.controller.abort()
  }
}

/** The one end of an answer that failed after its head went out. */
export async function endBroken(error: GatewayError, sending: Sending, outcome?: Outcome): Promise<void> {
  const { outlet, dialect, exchange, report } = sending
  const { door, callId, request } = exchange
  if (error.code === 'internal') door.onError(error.cause, callId)
  if (error.code === 'invalid_configuration') door.onError(error, callId)
  const isGone = isCancelled(error) && request.controller.signal.aborted
  if (isGone) return outlet.end()
  const event = dialect.fail(error)
  await outlet.end(report ? Buffer.concat([reportComment(report, outcome), event]) : event)
}

/** A stream has settled when it ends; what a layer makes of that and takes its time for is not waited for. */
function soon(settled: Promise<Outcome>): Promise<Outcome | undefined> {
  return Promise.race([settled, new Promise<undefined>(resolve => void setImmediate(resolve, undefined))])
}

interface Pumped {
  readonly iterator: BatchIterator
  readonly sending: Sending
  readonly resolve: (failure: Failure | undefined) => void
}

/** From a stream into its outlet, read by read. */
class Pump implements Receiver<FrameBatch>, AbortListener {
  private readonly sending: Sending
  private readonly iterator: BatchIterator
  private readonly resolve: Pumped['resolve']
  private isReading = false
  private readsOn = false
  private waitsForRoom = false

  constructor({ iterator, sending, resolve }: Pumped) {
    this.sending = sending
    this.iterator = iterator
    this.resolve = resolve
  }

  private get signal(): AbortSignal {
    return this.sending.exchange.request.controller.signal
  }

  run(): void {
    try {
      this.sending.outlet.begin(this.sending.exchange.headers)
      this.read()
    } catch (error) {
      this.refuse(error)
    }
  }

  receive(step: IteratorResult<FrameBatch, undefined>): void {
    try {
      if (step.done) this.resolve(undefined)
      else this.write(this.written(step.value))
    } catch (error) {
      this.refuse(error)
    }
  }

  refuse(error: unknown): void {
    this.resolve({ error })
  }

  /** There is room again; or the call is over, which a reader that stalls must not outlive. */
  handleEvent(): void {
    if (!this.waitsForRoom) return
    this.waitsForRoom = false
    unlistenToAbort(this.signal, this)
    this.readOn()
  }

  private written(batch: FrameBatch): Uint8Array {
    try {
      return this.sending.dialect.bytesOf(batch)
    } catch (error) {
      // The answer has failed, where else its stream would take its reader to have left.
      this.iterator.throw?.(error).catch(() => undefined)
      throw error
    }
  }

  private write(bytes: Uint8Array): void {
    const { signal } = this
    const { outlet } = this.sending
    if (bytes.length === 0 || outlet.write(bytes) || signal.aborted) this.readOn()
    else {
      this.waitsForRoom = true
      // No race with what lives as long as the call: it would keep something of each until then.
      listenToAbort(signal, this)
      outlet.room.then(
        () => this.handleEvent(),
        (error: unknown) => this.refuse(error),
      )
    }
  }

  private readOn(): void {
    const { signal } = this
    // A caller who has left must not be written to, or paid for; a clock that ran out meanwhile is told.
    if (signal.aborted) this.refuse(abortError(signal))
    else this.read()
  }

  /** What is there already comes while it is asked for: one read inside another, thousands would overflow the stack. */
  private read(): void {
    this.readsOn = true
    if (this.isReading) return
    this.isReading = true
    while (this.readsOn) {
      this.readsOn = false
      Pullable.read(this.iterator, this)
    }
    this.isReading = false
  }
}
