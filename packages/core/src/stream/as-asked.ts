import { asksForStream } from '../asks-for-stream.ts'
import type { Call, FrameBatch, Result } from '../contract.ts'
import type { ChatCompletionChunk } from '../wire/chat-chunk.ts'
import type { ChatCompletionRequest } from '../wire/chat-request.ts'
import type { Usage } from '../wire/usage.ts'
import { createAccumulator } from './accumulate.ts'
import { chunksOfCompletion } from './completion-chunks.ts'
import { repeatOutcome } from './repeat-outcome.ts'
import { batchOfChunks } from './sse.ts'
import { streamOf } from './stream-of.ts'
import type { StreamedChat } from './stream-result.ts'
import { isUsageChunk, usageChunkOf } from './usage-chunk.ts'

type BatchIterator = AsyncIterator<FrameBatch, undefined, undefined>

/** Whether it asks for the usage chunk at the stream's end. */
export function asksForUsage(request: ChatCompletionRequest): boolean {
  return request.stream_options?.include_usage === true
}

/** Another call's answer, in the form in which that call asked for it. */
interface GivenAnswer {
  readonly result: Result<'chat'>
  readonly request: ChatCompletionRequest
  /** What was used, once it is known: a usage chunk is made of it that the other did not ask for. */
  readonly usage: () => Promise<Usage | undefined>
}

/**
 * Another call's answer in the form in which this one asks for it: a stream as a completion once it has ended, a completion as a
 * stream, with or without the usage chunk.
 * @throws {GatewayError} what the stream fails of, where it is put together; the promise rejects.
 */
export async function asAsked(call: Call<'chat'>, { result, request, usage }: GivenAnswer): Promise<Result<'chat'>> {
  const { request: asked } = call
  if (result.kind === 'completion') {
    if (!asksForStream(asked)) return result
    const chunks = chunksOfCompletion(result.completion.value, { includeUsage: asksForUsage(asked) })
    const stream = streamOf(call, [batchOfChunks(chunks)])
    return { ...stream, settled: repeatOutcome(stream, result) }
  }
  if (!asksForStream(asked)) return together(result, usage)
  if (asksForUsage(asked) === asksForUsage(request)) return result
  const source = result.batches[Symbol.asyncIterator]() as BatchIterator
  const adapted = asksForUsage(asked) ? new UsageTold(source, usage) : new UsageWithheld(source)
  return { ...result, batches: { [Symbol.asyncIterator]: () => adapted } }
}

async function together({ batches, settled }: StreamedChat, usageOf: GivenAnswer['usage']): Promise<Result<'chat'>> {
  const accumulator = createAccumulator()
  for await (const { frames } of batches) for (const frame of frames) accumulator.add(frame)
  const completion = accumulator.completion()
  const usage = completion.usage ?? (await usageOf())
  return { kind: 'completion', completion: { value: usage ? { ...completion, usage } : completion }, settled }
}

/** The same stream without its usage chunk. */
class UsageWithheld implements BatchIterator {
  protected readonly source: BatchIterator

  constructor(source: BatchIterator) {
    this.source = source
  }

  async next(): Promise<IteratorResult<FrameBatch, undefined>> {
    for (;;) {
      const step = await this.source.next()
      if (step.done || !step.value.frames.some(isUsageChunk)) return step
      const others = step.value.frames.filter(frame => !isUsageChunk(frame))
      if (others.length > 0) return { done: false, value: batchOfChunks(others) }
    }
  }

  return(): Promise<IteratorResult<FrameBatch, undefined>> {
    return this.source.return?.() ?? Promise.resolve({ done: true, value: undefined })
  }

  throw(error: unknown): Promise<IteratorResult<FrameBatch, undefined>> {
    return this.source.throw?.(error) ?? Promise.reject(error)
  }
}

/** The same stream with a usage chunk at its end. */
class UsageTold extends UsageWithheld {
  private readonly usage: () => Promise<Usage | undefined>
  private last: ChatCompletionChunk | undefined

  constructor(source: BatchIterator, usage: () => Promise<Usage | undefined>) {
    super(source)
    this.usage = usage
  }

  override async next(): Promise<IteratorResult<FrameBatch, undefined>> {
    const step = await this.source.next()
    if (!step.done) {
      this.last = step.value.frames.at(-1) ?? this.last
      return step
    }
    const { last } = this
    this.last = undefined
    const usage = last && !isUsageChunk(last) ? await this.usage() : undefined
    return last && usage ? { done: false, value: batchOfChunks([usageChunkOf(last, usage)]) } : step
  }
}
