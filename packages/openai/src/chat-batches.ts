import {
  batchOfBytes,
  closeSource,
  type FrameBatch,
  GatewayError,
  Pullable,
  type Receiver,
  type StreamFacts,
  TimedReads,
  type UpstreamBody,
} from '@modelgate/core'
import { drainBody } from './drain-body.ts'
import { eventError } from './errors.ts'
import { isWhole, ordinaryEnd, parseChunks, toOrdinary } from './event-form.ts'
import { byteText, type EventSpan, eventValue, nextErrorEvent, tellingEvents } from './event-search.ts'
import { EventSplitter } from './event-splitter.ts'
import { findContent } from './find-content.ts'
import { finishesOf } from './finishes.ts'
import { badAnswer } from './json-answer.ts'
import { noteUsage } from './note-usage.ts'
import type { Upstream } from './upstream.ts'

type ReadStep = IteratorResult<Uint8Array, undefined>

const over = { done: true, value: undefined } as const

const withContent = { parse: parseChunks, hasContent: true }
const withoutContent = { parse: parseChunks, hasContent: false }

/** Usage comes right after the finish. So long it is waited for where neither it nor `[DONE]` comes. */
const graceMs = 5_000

/** What a stream of batches is made of. */
interface ChatBatchesOptions {
  readonly body: UpstreamBody
  /** Who speaks, for what is said of its failures. */
  readonly upstream: Upstream
  /** Filled while the answer passes. */
  readonly facts: StreamFacts
  /** How many choices must finish: the request's `n`. */
  readonly choices: number
  /** Whether the chunk with the usage was asked for by us and is kept from the client. */
  readonly withholdUsage: boolean
}

/**
 * A chat stream as it passes: the upstream's bytes, without `[DONE]` (which the door writes) and without a usage chunk that
 * only we asked for. What the outcome needs is searched in the bytes; chunks are parsed only up to the first with content.
 *
 * `next()` throws an error event's {@link GatewayError} after the events before it, `stream_interrupted` for a body that ends
 * inside an event, and `upstream_bad_response` for `[DONE]` without any content. Once every choice has finished the answer is
 * whole: then only an error event is a failure, and a broken connection, an event cut short or silence is the end.
 * Of an event that passes unread both ends are looked at, so that one that was cut is a failure, too.
 */
export class ChatBatches extends Pullable<FrameBatch> implements Receiver<Uint8Array> {
  private readonly options: ChatBatchesOptions
  private readonly splitter = new EventSplitter()
  /** Made at the finish, as all that only an end needs. */
  private afterFinish: TimedReads<Uint8Array> | undefined
  private finished: Map<number, string> | undefined
  private receiver: Receiver<FrameBatch> | undefined
  private failure: GatewayError | undefined
  private hasContent = false
  /** From the first event with content on. */
  private contentBytes = 0
  /** Of that event, which stands for all: OpenAI pads them to be alike, and one holds about a token. */
  private eventBytes = 0
  private ended = false

  constructor(options: ChatBatchesOptions) {
    super()
    this.options = options
  }

  /** About how many tokens of the answer have passed. */
  get tokensPassed(): number {
    return this.eventBytes === 0 ? 0 : Math.max(1, Math.round(this.contentBytes / this.eventBytes))
  }

  protected override pull(receiver: Receiver<FrameBatch>): void {
    this.receiver = receiver
    if (this.ended) this.end()
    else this.readOn()
  }

  async return(): Promise<IteratorResult<FrameBatch, undefined>> {
    this.ended = true
    await this.body.return?.()
    return { done: true, value: undefined }
  }

  receive(step: ReadStep): void {
    let value: FrameBatch | undefined
    try {
      value = this.batchOf(step)
    } catch (error) {
      this.taken()?.refuse(error)
      return
    }
    if (value) this.taken()?.receive({ done: false, value })
    else if (this.ended) this.end()
    else this.readOn()
  }

  refuse(error: unknown): void {
    if (this.options.facts.terminal) {
      // The answer is whole: how its connection ends is of no interest any more.
      void closeSource(this.body)
      this.receive(over)
    } else this.taken()?.refuse(error)
  }

  private readOn(): void {
    const { body, facts } = this.options
    if (facts.terminal) this.afterFinish ??= new TimedReads(body, graceMs)
    Pullable.read(this.body, this)
  }

  private get body(): UpstreamBody {
    return this.afterFinish ?? this.options.body
  }

  private end(): void {
    if (this.failure) this.taken()?.refuse(this.failure)
    else this.taken()?.receive(over)
  }

  private taken(): Receiver<FrameBatch> | undefined {
    const { receiver } = this
    this.receiver = undefined
    return receiver
  }

  private batchOf(step: ReadStep): FrameBatch | undefined {
    const events = this.eventsOf(step)
    return events && this.read(events)
  }

  private eventsOf(step: ReadStep): Buffer | undefined {
    this.ended ||= step.done === true
    try {
      return step.done ? this.rest() : this.splitter.push(step.value)
    } catch (error) {
      if (!this.options.facts.terminal) throw error
      void closeSource(this.body)
      this.ended = true
      return this.rest()
    }
  }

  private rest(): Buffer | undefined {
    const rest = this.splitter.rest()
    if (rest.length === 0) return undefined
    if (isWhole(rest)) return toOrdinary(rest)
    if (this.options.facts.terminal) return undefined
    throw new GatewayError('stream_interrupted', 'The upstream closed the stream in the middle of an event.')
  }

  private read(received: Buffer): FrameBatch | undefined {
    let events = received
    let text = byteText(events)
    let isDamaged = false
    let end = this.splitter.hasCr ? -1 : ordinaryEnd(text)
    if (end === -1) {
      events = toOrdinary(events, () => {
        isDamaged = true
      })
      text = byteText(events)
      end = ordinaryEnd(text, true)
    }
    const isDone = end < text.length
    const stop = this.findError(events, text.slice(0, end)) ?? end
    const { finishes, usages } = tellingEvents(text.slice(0, stop))
    const passed = noteUsage(stop < events.length ? events.subarray(0, stop) : events, usages, this.options)
    const batch = passed.length > 0 ? this.toBatch(passed) : undefined
    this.findFinish(events, finishes)
    const { facts, upstream } = this.options
    if (isDamaged && !facts.terminal) this.failure ??= badAnswer(upstream, 'a damaged event stream')
    if (this.failure) this.fail()
    else if (isDone || isDamaged) this.finish()
    return batch
  }

  /** Where an error event starts, which ends the stream. */
  private findError(events: Buffer, text: string): number | undefined {
    for (let span = nextErrorEvent(text, 0); span; span = nextErrorEvent(text, span.end)) {
      const failure = eventError(eventValue(events, span), this.options.upstream)
      if (!failure) continue
      this.failure = failure
      return span.start
    }
    return undefined
  }

  /** An answer whose upstream takes it back is not whole, finish or not. */
  private fail(): void {
    this.ended = true
    this.options.facts.terminal = false
  }

  private finish(): void {
    const { facts, upstream } = this.options
    this.ended = true
    facts.terminal ||= this.hasContent
    if (!facts.terminal) this.failure = badAnswer(upstream, 'a stream without any content')
    void drainBody(this.body)
  }

  private findFinish(events: Buffer, spans: readonly EventSpan[]): void {
    const { choices, facts } = this.options
    if (facts.terminal || spans.length === 0) return
    this.finished ??= new Map()
    for (const { index, reason } of spans.flatMap(span => finishesOf(eventValue(events, span)))) {
      facts.finishReason ??= reason
      // Of one choice some servers do not tell the index.
      const known = choices === 1 ? 0 : index
      if (typeof known === 'number' && known >= 0 && known < choices) this.finished.set(known, reason)
    }
    if (choices > 1) facts.finishReasons = inOrder(this.finished)
    facts.terminal = this.finished.size >= choices
  }

  private toBatch(events: Buffer): FrameBatch {
    if (this.hasContent) this.contentBytes += events.length
    else this.lookForContent(events)
    return batchOfBytes(events, this.hasContent ? withContent : withoutContent)
  }

  private lookForContent(events: Buffer): void {
    const span = findContent(events, this.options.facts)
    if (!span) return
    this.hasContent = true
    this.eventBytes = span.end - span.start
    this.contentBytes = events.length - span.start
  }
}

function inOrder(finished: ReadonlyMap<number, string>): string[] {
  return [...finished].toSorted(([one], [other]) => one - other).map(([, reason]) => reason)
}
