import type { CallContext } from '../call-context.ts'
import { GatewayError, readerStalled } from '../errors.ts'
import { encodeComment } from '../stream/sse.ts'
import { addEarlyHeaders } from './answer.ts'
import type { Exchange } from './exchange.ts'
import type { AnswerHeaders } from './front.ts'
import type { Ticking } from './outlet-clock.ts'

const streamHeaders: AnswerHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // nginx would otherwise hold the events back until its buffer is full.
  'x-accel-buffering': 'no',
}

const keepAlive = encodeComment('keep-alive')

/**
 * Where a streamed answer goes out. Its head goes with the first content, or after `commitAfterMs` of silence; silence after that is
 * broken by comments. What is written is whole events, so that no comment lands inside one.
 */
export class StreamOutlet implements Ticking {
  place = -1
  private readonly exchange: Exchange
  /** Until the answer has begun; it holds the prompt, which may be as large as all its stream. */
  private context: CallContext | undefined
  private hasHead = false
  private hasWritten = false
  private silentSince: number
  private waiting: Promise<void> | undefined

  /** A buffered answer is late in any case: nothing is said before its status is known. */
  constructor(exchange: Exchange, context?: CallContext) {
    this.exchange = exchange
    this.context = context
    this.silentSince = context?.startedAt ?? performance.now()
    if (!exchange.sink.isBuffered) exchange.door.streams.add(this)
  }

  /** Whether the status has gone out, and a failure has to be told within the stream. */
  get isCommitted(): boolean {
    return this.hasHead
  }

  /** The head, unless it has gone out. */
  begin(headers: AnswerHeaders): void {
    this.context = undefined
    if (this.hasHead) return
    this.exchange.sink.head(200, Object.assign(headers, streamHeaders))
    this.hasHead = true
    this.hasWritten = true
  }

  /** False asks to wait for {@link StreamOutlet.room}. */
  write(bytes: Uint8Array): boolean {
    this.hasWritten = true
    const { sink } = this.exchange
    if (sink.write(bytes)) return true
    // Asked for once: a comment may have taken the last room before an event did.
    this.waiting ??= sink.drained().then(() => {
      this.waiting = undefined
    })
    return false
  }

  /** Resolves when there is room again, or the caller has left. */
  get room(): Promise<void> {
    return this.waiting ?? Promise.resolve()
  }

  end(bytes?: Uint8Array): void | Promise<void> {
    this.close()
    return this.exchange.sink.end(bytes)
  }

  /** No comment goes out after it. */
  close(): void {
    this.context = undefined
    this.exchange.door.streams.remove(this)
  }

  tick(now: number): void {
    try {
      this.check(now)
    } catch (error) {
      // The host has answered by itself: nobody listens, and nobody stands above a timer to catch it.
      this.exchange.door.onError(error, this.exchange.callId)
      this.giveUp(new GatewayError('cancelled', 'The host has ended the answer.'))
    }
  }

  private check(now: number): void {
    const { door, request } = this.exchange
    if (request.controller.signal.aborted) return
    if (this.hasWritten) {
      this.hasWritten = false
      this.silentSince = now
      return
    }
    const { commitAfterMs, keepAliveMs, writeStallMs } = door.streams.times
    const silentMs = now - this.silentSince
    if (this.waiting) {
      if (silentMs >= writeStallMs) this.cut(writeStallMs)
    } else if (silentMs >= (this.hasHead ? keepAliveMs : commitAfterMs)) {
      if (!this.hasHead) this.beginEarly()
      this.write(keepAlive)
      this.hasWritten = false
      this.silentSince = now
    }
  }

  /** What is not known yet, as which target answers, is in no header. */
  private beginEarly(): void {
    const headers = { ...this.exchange.headers }
    if (this.context) addEarlyHeaders(headers, this.context)
    try {
      this.begin(headers)
    } catch (fault) {
      const { door, callId } = this.exchange
      // A header that a layer has given may be none. Where it was the host that has answered, this fails, too.
      this.begin({ 'x-request-id': callId })
      door.onError(fault, callId)
    }
  }

  private giveUp(error: GatewayError): void {
    this.close()
    this.exchange.request.controller.abort(error)
  }

  private cut(stalledMs: number): void {
    const error = readerStalled(stalledMs)
    this.giveUp(error)
    this.exchange.sink.cut?.(error)
  }
}
