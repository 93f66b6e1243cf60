import type { Call, Operation, Result } from '../../src/contract.ts'
import type { GatewayError } from '../../src/errors.ts'
import { completedOutcome, settledAs } from '../../src/outcome.ts'
import { batchOfChunks } from '../../src/stream/sse.ts'
import { streamResult } from '../../src/stream/stream-result.ts'
import type { ChatCompletionChunk } from '../../src/wire/chat-chunk.ts'

const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }

/** The end of every turn that is under way. */
export const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** One call that reached the upstream, which goes on when the test says so. */
export class UpstreamCall {
  readonly call: Call<'chat'>
  /** What it says in all. */
  text = ''
  /** Whether it has said all, heard or not. */
  hasSaidAll = false
  state: 'live' | 'finished' | 'failed' | 'aborted' = 'live'
  private readonly said: (string | GatewayError | undefined)[] = []
  private next = Promise.withResolvers<void>()

  constructor(call: Call<'chat'>) {
    this.call = call
    call.signal.addEventListener('abort', () => this.abort())
  }

  say(text: string): void {
    if (this.state !== 'live') return
    this.text += text
    this.tell(text)
  }

  finish(): void {
    if (this.state !== 'live') return
    this.state = 'finished'
    this.hasSaidAll = true
    this.tell(undefined)
  }

  fail(error: GatewayError): void {
    if (this.state !== 'live') return
    this.state = 'failed'
    this.tell(error)
  }

  async answer(): Promise<Result<'chat'>> {
    const { signal, request, context } = this.call
    if (request.stream) {
      const facts = { terminal: false, usage, finishReason: 'stop', responseModel: 'm-1' }
      let hasEnded = false
      const includeUsage = request.stream_options?.include_usage === true
      const batches = {
        next: async () => {
          if (hasEnded) return { done: true as const, value: undefined }
          const step = await this.step()
          if (step !== undefined) return { done: false as const, value: batchOfChunks([chunk({ content: step })]) }
          hasEnded = true
          facts.terminal = true
          const last = includeUsage ? [{ ...chunk({}), choices: [], usage }] : []
          return { done: false as const, value: batchOfChunks([chunk({}, 'stop'), ...last]) }
        },
        return: () => Promise.resolve({ done: true as const, value: undefined }),
      }
      return streamResult({ batches, facts, signal, startedAt: context.startedAt })
    }
    let content = ''
    for (let step = await this.step(); step !== undefined; step = await this.step()) content += step
    const message = { role: 'assistant' as const, content, refusal: null }
    const choices = [{ index: 0, message, finish_reason: 'stop' as const, logprobs: null }]
    const value = { id: 'chatcmpl-1', object: 'chat.completion' as const, created: 1, model: 'm-1', choices, usage }
    const outcome = completedOutcome({ usage, finishReason: 'stop', responseModel: 'm-1' })
    return { kind: 'completion', completion: { value }, settled: settledAs(outcome) }
  }

  /** Also of one that has said all and was not heard. */
  private abort(): void {
    if (this.state === 'failed') return
    this.state = 'aborted'
    this.tell(this.call.signal.reason as GatewayError)
  }

  private tell(step: string | GatewayError | undefined): void {
    this.said.push(step)
    this.next.resolve()
  }

  private async step(): Promise<string | undefined> {
    while (this.said.length === 0) {
      this.next = Promise.withResolvers()
      await this.next.promise
    }
    const step = this.said.shift()
    if (typeof step === 'object') throw step
    return step
  }
}

/** Notes every call that reaches it, and which of those it need not have got. */
export class ToldUpstream {
  readonly calls: UpstreamCall[] = []
  /** Calls that came while another of the same tenant was under way, or after one that was answered. */
  needless = 0

  readonly handle = (call: Call<Operation>): Promise<Result<Operation>> => {
    const made = new UpstreamCall(call as Call<'chat'>)
    const { tenant } = call.context.principal ?? {}
    const others = this.calls.filter(other => other.call.context.principal?.tenant === tenant)
    if (others.some(({ state }) => state === 'live' || state === 'finished')) this.needless += 1
    this.calls.push(made)
    call.context.target = { provider: 'us', model: 'm-1' }
    return made.answer().then(result => {
      call.context.attempts.push({ target: 'us/m-1', code: '200', durationMs: 1 })
      return result
    })
  }

  get live(): UpstreamCall[] {
    return this.calls.filter(({ state }) => state === 'live')
  }
}

function chunk(delta: { content?: string }, finish_reason: 'stop' | null = null): ChatCompletionChunk {
  const choices = [{ index: 0, delta, finish_reason }]
  return { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm-1', choices }
}
