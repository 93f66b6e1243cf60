import {
  batchOfBytes,
  type FrameBatch,
  GatewayError,
  hasContent,
  type StreamFacts,
  type UpstreamBody,
  type Usage,
} from '@modelgate/core'
import { eventError } from './errors.ts'
import { isWhole, ordinaryEnd, parseChunks, toOrdinary } from './event-form.ts'
import { allFinishReasons, eventValue, lastFinishReason, lastUsageEvent, nextErrorEvent } from './event-search.ts'
import { EventSplitter } from './event-splitter.ts'

/** An upstream that keeps its connection open after `[DONE]` loses it then; others have ended theirs with the same write. */
const drainMs = 1_000

export interface ChatBatchesOptions {
  readonly body: UpstreamBody
  /** The provider's id, for messages. */
  readonly provider: string
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
 * `next()` throws an error event's {@link GatewayError} after the events before it, and `stream_interrupted` for a body that
 * ends inside an event.
 */
export class ChatBatches implements AsyncIterator<FrameBatch> {
  private readonly options: ChatBatchesOptions
  private readonly splitter = new EventSplitter()
  private failure: GatewayError | undefined
  private hasContent = false
  private ended = false
  private finished = 0

  constructor(options: ChatBatchesOptions) {
    this.options = options
  }

  async next(): Promise<IteratorResult<FrameBatch, undefined>> {
    const { body } = this.options
    while (!this.ended) {
      const step = await body.next()
      if (step.done) this.ended = true
      const events = step.done ? this.rest() : this.splitter.push(step.value)
      const batch = events && this.read(events)
      if (batch) return { done: false, value: batch }
    }
    if (this.failure) throw this.failure
    return { done: true, value: undefined }
  }

  async return(): Promise<IteratorResult<FrameBatch, undefined>> {
    this.ended = true
    await this.options.body.return?.()
    return { done: true, value: undefined }
  }

  private rest(): Buffer | undefined {
    const rest = this.splitter.rest()
    if (rest.length === 0) return undefined
    if (isWhole(rest)) return toOrdinary(rest)
    throw new GatewayError('stream_interrupted', 'The upstream closed the stream in the middle of an event.')
  }

  private read(received: Buffer): FrameBatch | undefined {
    let events = received
    let end = this.splitter.hasCr ? -1 : ordinaryEnd(events)
    if (end === -1) {
      events = toOrdinary(events)
      end = ordinaryEnd(events)
    }
    const isDone = end < events.length
    if (isDone) events = events.subarray(0, end)
    events = this.untilError(events)
    if (this.failure) this.ended = true
    else if (isDone) this.finish()
    this.findFinish(events, isDone)
    if (this.options.facts.terminal) events = this.withoutUsage(events)
    return events.length > 0 ? this.toBatch(events) : undefined
  }

  private untilError(events: Buffer): Buffer {
    for (let span = nextErrorEvent(events, 0); span; span = nextErrorEvent(events, span.end)) {
      this.failure = eventError(eventValue(events, span), this.options.provider)
      if (this.failure) return events.subarray(0, span.start)
    }
    return events
  }

  private finish(): void {
    this.ended = true
    this.options.facts.terminal = true
    void drain(this.options.body)
  }

  private findFinish(events: Buffer, isDone: boolean): void {
    const { choices, facts } = this.options
    const thorough = choices > 1 || (isDone && facts.finishReason === undefined)
    const last = thorough ? undefined : lastFinishReason(events)
    const reasons = thorough ? allFinishReasons(events) : last === undefined ? [] : [last]
    facts.finishReason ??= reasons[0]
    this.finished += reasons.length
    if (this.finished >= choices) facts.terminal = true
  }

  /** Usage comes with the finish or after it, so that only then it needs to be looked for. */
  private withoutUsage(events: Buffer): Buffer {
    const span = lastUsageEvent(events)
    const chunk = span && eventValue(events, span)
    if (!span || !hasUsage(chunk)) return events
    this.options.facts.usage = chunk.usage
    if (!this.options.withholdUsage || !Array.isArray(chunk.choices) || chunk.choices.length > 0) return events
    if (span.end === events.length) return events.subarray(0, span.start)
    return Buffer.concat([events.subarray(0, span.start), events.subarray(span.end)])
  }

  private toBatch(events: Buffer): FrameBatch {
    const batch = batchOfBytes(events, parseChunks)
    if (this.hasContent) return batch
    // Malformed JSON must fail here, where the call can still fail over, and not at whoever reads the frames first.
    const { frames } = batch
    this.hasContent = frames.some(hasContent)
    this.options.facts.responseModel ||= frames[0]?.model
    return batch
  }
}

function hasUsage(chunk: unknown): chunk is { readonly usage: Usage; readonly choices?: unknown } {
  return typeof chunk === 'object' && chunk !== null && 'usage' in chunk && Boolean(chunk.usage)
}

/** Reads to the end, so that the connection is kept for the next call. */
async function drain(body: UpstreamBody): Promise<void> {
  const timer = setTimeout(() => void body.return?.(), drainMs)
  timer.unref()
  try {
    for (;;) {
      const { done } = await body.next()
      if (done) break
    }
  } catch {
    // The answer is complete; how its connection ended is of no interest.
  } finally {
    clearTimeout(timer)
  }
}
