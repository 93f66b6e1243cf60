import type { FrameBatch } from '../contract.ts'
import { abortError, toGatewayError } from '../errors.ts'
import { Pullable, type Receiver } from '../stream/pull.ts'
import { doneEvent, encodeEvent } from '../stream/sse.ts'
import type { StreamedChat } from '../stream/stream-result.ts'
import type { Exchange } from './exchange.ts'
import type { AnswerHeaders, Sink } from './front.ts'

const streamHeaders: AnswerHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // nginx would otherwise hold the events back until its buffer is full.
  'x-accel-buffering': 'no',
}

type Sending = Pick<Exchange, 'door' | 'callId' | 'request'>

/**
 * Sends a stream whose first content has come. One write an upstream read; the upstream is read again only when there is room.
 * A failure after this is one in-band error event, and then the end: no `finish_reason`, no `[DONE]`, nothing that looks whole.
 */
export async function sendStream(
  sink: Sink,
  stream: StreamedChat,
  headers: AnswerHeaders,
  { door, callId, request }: Sending,
): Promise<void> {
  const { signal } = request.controller
  const iterator = stream.batches[Symbol.asyncIterator]()
  try {
    sink.head(200, Object.assign(headers, streamHeaders))
    await new Pump({ sink, iterator, signal, settled: stream.settled }).run()
    await sink.end(doneEvent)
  } catch (error) {
    const shown = toGatewayError(error)
    if (shown.code === 'internal') door.onError(shown.cause, callId)
    await sink.end(shown.code === 'cancelled' && signal.aborted ? undefined : encodeEvent(shown.toBody()))
  } finally {
    // Closes the upstream on every way out; after its own end this does nothing.
    await iterator.return?.()
  }
}

interface Pumped {
  readonly sink: Sink
  readonly iterator: AsyncIterator<FrameBatch, undefined, undefined>
  readonly signal: AbortSignal
  readonly settled: Promise<unknown>
}

/** From a stream into a sink, read by read. */
class Pump implements Receiver<FrameBatch> {
  private readonly pumped: Pumped
  private readonly done = Promise.withResolvers<void>()
  private isReading = false
  private readsOn = false

  constructor(pumped: Pumped) {
    this.pumped = pumped
  }

  /** Resolves at the stream's end. */
  run(): Promise<void> {
    this.read()
    return this.done.promise
  }

  receive(step: IteratorResult<FrameBatch, undefined>): void {
    try {
      if (step.done) this.done.resolve()
      else this.write(step.value.bytes)
    } catch (error) {
      this.refuse(error)
    }
  }

  refuse(error: unknown): void {
    this.done.reject(error)
  }

  private write(bytes: Uint8Array): void {
    const { sink, settled } = this.pumped
    if (bytes.length === 0 || sink.write(bytes)) this.readOn()
    // A reader that stalls must not outlive its call: at the deadline, or when the gateway closes, the stream has settled.
    else Promise.race([sink.drained(), settled]).then(this.readOn, this.done.reject)
  }

  private readonly readOn = (): void => {
    const { signal } = this.pumped
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
      Pullable.read(this.pumped.iterator, this)
    }
    this.isReading = false
  }
}
