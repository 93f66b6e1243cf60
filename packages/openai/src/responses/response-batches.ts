import {
  batchOfChunks,
  type ChatCompletionChunk,
  type FrameBatch,
  GatewayError,
  type GatewayErrorOptions,
  Pullable,
  type Receiver,
  toGatewayError,
  type UpstreamBody,
} from '@modelgate/core'
import { drainBody } from '../drain-body.ts'
import { eventError } from '../errors.ts'
import { dataOf, isWhole, parseEvent } from '../event-form.ts'
import { EventSplitter } from '../event-splitter.ts'
import { isObject } from '../is-object.ts'
import { badAnswer } from '../json-answer.ts'
import type { Upstream } from '../upstream.ts'
import type { ResponseChunks } from './response-chunks.ts'
import type { ResponseEvent, ResponseObject } from './responses-wire.ts'
import { toUsage } from './to-completion.ts'

interface ResponseBatchesOptions {
  readonly body: UpstreamBody
  /** Who speaks, for what is said of its failures. */
  readonly upstream: Upstream
  readonly chunks: ResponseChunks
}

/**
 * The chunks of a streamed response, one batch an upstream read. `next()` throws, after the chunks before it, the {@link GatewayError}
 * of an error event or of a response that failed, and `stream_interrupted` for a body that ends inside an event.
 */
export class ResponseBatches extends Pullable<FrameBatch> implements Receiver<Uint8Array> {
  private readonly options: ResponseBatchesOptions
  private readonly splitter = new EventSplitter()
  private receiver: Receiver<FrameBatch> | undefined
  private failure: GatewayError | undefined
  private ended = false

  constructor(options: ResponseBatchesOptions) {
    super()
    this.options = options
  }

  protected override pull(receiver: Receiver<FrameBatch>): void {
    this.receiver = receiver
    if (this.ended) this.end()
    else Pullable.read(this.options.body, this)
  }

  async return(): Promise<IteratorResult<FrameBatch, undefined>> {
    this.ended = true
    await this.options.body.return?.()
    return { done: true, value: undefined }
  }

  receive(step: IteratorResult<Uint8Array, undefined>): void {
    let chunks: ChatCompletionChunk[]
    try {
      chunks = this.chunksOf(step)
    } catch (error) {
      this.refuse(error)
      return
    }
    if (chunks.length > 0) this.taken()?.receive({ done: false, value: batchOfChunks(chunks) })
    else if (this.ended) this.end()
    else Pullable.read(this.options.body, this)
  }

  refuse(error: unknown): void {
    this.taken()?.refuse(error)
  }

  private end(): void {
    if (this.failure) this.refuse(this.failure)
    else this.taken()?.receive({ done: true, value: undefined })
  }

  private taken(): Receiver<FrameBatch> | undefined {
    const { receiver } = this
    this.receiver = undefined
    return receiver
  }

  private chunksOf(step: IteratorResult<Uint8Array, undefined>): ChatCompletionChunk[] {
    this.ended ||= step.done === true
    const events = step.done ? this.rest() : this.splitter.push(step.value)
    const chunks: ChatCompletionChunk[] = []
    for (const data of events ? dataOf(events) : []) {
      this.failure = this.pass(data, chunks)
      // What stands behind its end is none of the answer's.
      if (this.failure || this.options.chunks.facts.terminal) break
    }
    if (this.failure || this.options.chunks.facts.terminal) this.stop()
    return chunks
  }

  /** Adds what an event says; returns why there is no more, where it says that. */
  private pass(data: string, chunks: ChatCompletionChunk[]): GatewayError | undefined {
    try {
      const event = parseEvent(data)
      if (!isObject(event)) return undefined
      const failure = this.failureOf(event)
      if (!failure) for (const chunk of this.options.chunks.translate(event)) chunks.push(chunk)
      return failure
    } catch (error) {
      return toGatewayError(error)
    }
  }

  /** Of an event that says so, and of a response that has failed; what that used is paid for. */
  private failureOf(event: ResponseEvent): GatewayError | undefined {
    const { upstream, chunks } = this.options
    const failure = eventError(event, upstream)
    if (failure || event.type !== 'response.failed') return failure
    const { usage } = event.response ?? {}
    if (usage) chunks.facts.usage = toUsage(usage)
    return faultOf(event.response ?? {}, upstream)
  }

  private rest(): Buffer | undefined {
    const rest = this.splitter.rest()
    if (rest.length === 0) return undefined
    if (isWhole(rest)) return rest
    throw new GatewayError('stream_interrupted', 'The upstream closed the stream in the middle of an event.')
  }

  private stop(): void {
    if (!this.ended) void drainBody(this.options.body)
    this.ended = true
  }
}

/** What a response failed of that says so itself, and what it used all the same. */
export function faultOf({ error, status, usage }: ResponseObject, upstream: Upstream): GatewayError {
  const fault = eventError({ error }, upstream)
  const used = usage ? toUsage(usage) : undefined
  if (!fault) return badAnswer(upstream, `a response that is ${status ?? 'failed'}`, used)
  const said: GatewayErrorOptions = fault
  return new GatewayError(fault.code, fault.message, { ...said, cause: fault.cause, usage: used })
}
