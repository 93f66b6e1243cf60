import {
  batchOfChunks,
  type ChatCompletionChunk,
  type FrameBatch,
  type Outcome,
  type Result,
  type StreamFacts,
} from '@modelgate/core'
import type { LinkedAbort } from '../upstream/linked-abort.ts'
import { dearerTier } from './dearer-tier.ts'
import { SpentByStreams } from './spent-by-streams.ts'

/** One of the streams that are told as one. */
type Stream = Extract<Result<'chat'>, { kind: 'stream' }>

/** What streams are interleaved with. */
interface InterleavingOptions {
  /** How many streams there are; each becomes the choice of its index. */
  readonly count: number
  /** How many may be under way at a time; others are opened as these end. */
  readonly limit: number
  /** Opens one, under the signal of `link`. */
  readonly open: (index: number) => Promise<Stream>
  /** Aborted when one fails or the reader leaves, which ends all. */
  readonly link: LinkedAbort
  /** Whether the client asked for a usage chunk, which the streams then have, too. */
  readonly includeUsage: boolean
}

interface Source {
  readonly index: number
  readonly batches: AsyncIterator<FrameBatch>
  readonly settled: Promise<Outcome>
}

const over: IteratorReturnResult<undefined> = { done: true, value: undefined }

/**
 * Several streams as the choices of one, in the order in which their pieces come, each read at most one batch ahead. They share the
 * id of the first that speaks; their usage is one last chunk. The first that fails ends all.
 */
export class Interleaving implements AsyncIterator<FrameBatch> {
  readonly facts: StreamFacts
  readonly #options: InterleavingOptions
  readonly #arrived: { readonly source: Source; readonly step: IteratorResult<FrameBatch> }[] = []
  readonly #spent = new SpentByStreams()
  #fault: { readonly error: unknown } | undefined
  #wake: (() => void) | undefined
  #opened = 0
  #finished = 0
  #closed = false
  #head: Pick<ChatCompletionChunk, 'id' | 'created' | 'model'> | undefined
  /** The usage chunk of the first choice, which the usage of all is told in: of what else stands there, a completion has the first's. */
  #trailer: ChatCompletionChunk | undefined

  constructor(options: InterleavingOptions) {
    this.#options = options
    this.facts = factsOf(this.#spent, () => this.#opened)
  }

  /** Opens as many as may be under way. @throws {GatewayError} what the first that failed threw, once the others have ended. */
  async begin(): Promise<void> {
    const { count, limit } = this.#options
    await Promise.all(Array.from({ length: Math.min(count, limit) }, () => this.#openNext()))
    if (this.#fault) throw this.#fault.error
  }

  async next(): Promise<IteratorResult<FrameBatch, undefined>> {
    while (!this.#closed) {
      const arrival = this.#arrived.shift()
      if (arrival) {
        const batch = await this.#take(arrival.source, arrival.step)
        if (batch) return { done: false, value: batch }
      } else if (this.#fault) throw this.#fault.error
      else if (this.#spent.over === this.#options.count) return this.#end()
      else await new Promise<void>(resolve => (this.#wake = resolve))
    }
    return over
  }

  return(): Promise<IteratorResult<FrameBatch, undefined>> {
    this.#closed = true
    this.#options.link.abort()
    this.#wake?.()
    return Promise.resolve(over)
  }

  async #openNext(): Promise<void> {
    const index = this.#opened++
    try {
      const { batches, settled } = await this.#options.open(index)
      this.#read({ index, batches: batches[Symbol.asyncIterator](), settled })
    } catch (error) {
      this.#fail(error)
    }
  }

  #read(source: Source): void {
    source.batches.next().then(
      step => {
        this.#arrived.push({ source, step })
        this.#wake?.()
      },
      (error: unknown) => this.#fail(error),
    )
  }

  #fail(error: unknown): void {
    this.#fault ??= { error }
    this.#options.link.abort()
    this.#wake?.()
  }

  async #take(source: Source, step: IteratorResult<FrameBatch>): Promise<FrameBatch | undefined> {
    if (!step.done) {
      if (!this.#fault) this.#read(source)
      return this.#retold(step.value, source.index)
    }
    const { usage, responseModel, serviceTier, unpriced } = await source.settled
    this.facts.unpriced ||= unpriced
    this.facts.serviceTier = dearerTier(this.facts.serviceTier, serviceTier)
    this.#spent.ended(source.index, usage)
    if (source.index === 0) this.facts.responseModel = responseModel ?? this.facts.responseModel
    if (!this.#fault && this.#opened < this.#options.count) void this.#openNext()
    return undefined
  }

  #retold({ frames }: FrameBatch, index: number): FrameBatch | undefined {
    const chunks: ChatCompletionChunk[] = []
    for (const chunk of frames) {
      if (chunk.usage && chunk.choices.length === 0) {
        if (index === 0 || !this.#trailer) this.#trailer = chunk
        continue
      }
      const { id, created, model } = chunk
      this.#head ??= { id, created, model }
      this.facts.responseModel ??= model
      this.facts.responseId ??= id
      for (const { delta } of chunk.choices) this.#spent.passed(index, bytesOf(delta))
      chunks.push({ ...chunk, ...this.#head, choices: chunk.choices.map(choice => ({ ...choice, index })) })
      for (const { finish_reason } of chunk.choices) if (finish_reason) this.#finish(finish_reason, index)
    }
    return chunks.length > 0 ? batchOfChunks(chunks) : undefined
  }

  #finish(reason: string, index: number): void {
    if (index === 0) this.facts.finishReason = reason
    this.facts.finishReasons ??= []
    this.facts.finishReasons[index] = reason
    this.#finished += 1
    this.facts.terminal = this.#finished === this.#options.count
  }

  #end(): IteratorResult<FrameBatch, undefined> {
    this.#closed = true
    this.#options.link.release()
    const usage = this.#spent.reported
    if (!usage || !this.#trailer || !this.#options.includeUsage) return over
    return { done: false, value: batchOfChunks([{ ...this.#trailer, ...this.#head, usage }]) }
  }
}

/** Looked up when they are asked for: a stream may end at any moment. */
function factsOf(spent: SpentByStreams, opened: () => number): StreamFacts {
  return {
    terminal: false,
    completionTokensPassed: () => spent.tokensPassed,
    promptsSent: opened,
    get usage() {
      return spent.spent(opened())?.usage
    },
    get usageSource() {
      return spent.spent(opened())?.usageSource
    },
  }
}

function bytesOf({ content, reasoning_content, tool_calls }: ChatCompletionChunk['choices'][number]['delta']): number {
  const called = tool_calls?.map(call => call.function?.arguments ?? call.custom?.input ?? '').join('')
  return Buffer.byteLength(`${content ?? ''}${reasoning_content ?? ''}${called ?? ''}`)
}
