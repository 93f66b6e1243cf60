import type { Call, FrameBatch, Outcome, Result } from '../../src/contract.ts'
import { batchOfChunks } from '../../src/stream/sse.ts'
import { type StreamFacts, streamResult } from '../../src/stream/stream-result.ts'
import type { ChatCompletionChunk } from '../../src/wire/chat-chunk.ts'

type Step = IteratorResult<FrameBatch, undefined> | Error

/** The end of every turn that is under way. */
export const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

export function saying(content: string): FrameBatch {
  return batchOfChunks([chunk({ content })])
}

function chunk(delta: { content?: string }): ChatCompletionChunk {
  const choices = [{ index: 0, delta, finish_reason: null }]
  return { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0, model: 'm', choices }
}

/** An upstream whose every frame and failure comes when the test says so. Asked more than once it fails the test. */
export class ManualUpstream {
  asked = 0
  closed = 0
  reads = 0
  signal: AbortSignal | undefined
  outcome: Outcome | undefined
  private readonly begun = Promise.withResolvers<void>()
  private readonly steps: Step[] = []
  private readonly facts: StreamFacts = { terminal: false, responseModel: 'm-1', usage: usage() }
  private waiting: PromiseWithResolvers<IteratorResult<FrameBatch, undefined>> | undefined

  readonly chat = async (call: Call<'chat'>): Promise<Result<'chat'>> => {
    this.asked += 1
    this.signal = call.signal
    const aborted = new Promise<never>((_, reject) =>
      call.signal.addEventListener('abort', () => reject(call.signal.reason)),
    )
    await Promise.race([this.begun.promise, aborted])
    const result = streamResult({
      batches: { next: () => this.next(), return: () => this.return() },
      facts: this.facts,
      signal: call.signal,
      startedAt: 0,
    })
    void result.settled.then(outcome => {
      this.outcome = outcome
    })
    return result
  }

  begin(): void {
    this.begun.resolve()
  }

  refuse(error: Error): void {
    this.begun.promise.catch(() => {})
    this.begun.reject(error)
  }

  say(content: string): void {
    this.tell({ done: false, value: saying(content) })
  }

  finish(): void {
    this.facts.terminal = true
    this.tell({ done: true, value: undefined })
  }

  fail(error: Error): void {
    this.tell(error)
  }

  private tell(step: Step): void {
    this.steps.push(step)
    const { waiting } = this
    this.waiting = undefined
    if (waiting) this.next().then(waiting.resolve, waiting.reject)
  }

  private next(): Promise<IteratorResult<FrameBatch, undefined>> {
    this.reads += 1
    const step = this.steps.shift()
    if (step instanceof Error) return Promise.reject(step)
    if (step) return Promise.resolve(step)
    this.waiting = Promise.withResolvers()
    return this.waiting.promise
  }

  private return(): Promise<IteratorResult<FrameBatch, undefined>> {
    this.closed += 1
    return Promise.resolve({ done: true, value: undefined })
  }
}

function usage() {
  return { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }
}
