import type { Call, Outcome, Result } from '../contract.ts'
import { completedOutcome, settledAs } from '../outcome.ts'
import type { Provider } from '../provider.ts'
import { batchOfChunks } from '../stream/sse.ts'
import { streamResult } from '../stream/stream-result.ts'
import type { ChatCompletionChunk } from '../wire/chat-chunk.ts'

/** One step of a scripted stream: text to say, an error to throw, or a promise to wait for. */
export type ScriptStep = string | Error | Promise<unknown>

/** A provider that answers as it is told to, and keeps what it was asked. */
export interface ScriptedProvider extends Provider {
  /** Every chat that reached it, in order. */
  readonly calls: Call<'chat'>[]
  /** How each of its streams settled. */
  readonly outcomes: Promise<Outcome>[]
  /** How many of its streams had their source closed. */
  closed: number
}

/**
 * A provider that answers from a script, at 1 and 2 dollars a million tokens: one row of steps a call, the last row for ever. An error as the first step fails the
 * call itself where the call is not streamed, and the stream's first read where it is.
 */
export function scriptedProvider(id: string, ...script: readonly (readonly ScriptStep[])[]): ScriptedProvider {
  const calls: Call<'chat'>[] = []
  const provider: ScriptedProvider = {
    id,
    name: 'scripted',
    calls,
    outcomes: [],
    closed: 0,
    claims: model => model.startsWith(`${id}-`),
    priceOf: () => ({ input: 1, output: 2, source: 'the script', asOf: '2026-11-20' }),
    models: () => Promise.resolve([{ id: `${id}-1`, object: 'model', created: 0, owned_by: id }]),
    handlers: {
      async chat(call) {
        const steps = script[Math.min(calls.length, script.length - 1)] ?? []
        calls.push(call)
        if (!call.request.stream) return completion(call, steps)
        const facts = { terminal: false, usage }
        const result = streamResult({
          batches: play(steps, call, facts, () => {
            provider.closed += 1
          }),
          facts,
          signal: call.signal,
          startedAt: call.context.startedAt,
        })
        provider.outcomes.push(result.settled)
        return result
      },
    },
  }
  return provider
}

const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }

async function completion(call: Call<'chat'>, steps: readonly ScriptStep[]): Promise<Result<'chat'>> {
  let content = ''
  for (const step of steps) {
    if (step instanceof Error) throw step
    if (typeof step === 'string') content += step
    else await step
  }
  const { model } = call.request
  return {
    kind: 'completion',
    completion: {
      value: {
        id: 'chatcmpl-scripted',
        object: 'chat.completion',
        created: 0,
        model,
        choices: [
          { index: 0, message: { role: 'assistant', content, refusal: null }, finish_reason: 'stop', logprobs: null },
        ],
        usage,
      },
    },
    settled: settledAs(completedOutcome({ usage, finishReason: 'stop', responseModel: model })),
  }
}

function play(
  steps: readonly ScriptStep[],
  call: Call<'chat'>,
  facts: { terminal: boolean },
  onClose: () => void,
): AsyncIterator<ReturnType<typeof batchOfChunks>> {
  const rest = [...steps]
  let finished = false
  return {
    async next() {
      for (;;) {
        const step = rest.shift()
        if (typeof step === 'string') return { done: false, value: batchOfChunks([chunk(call, { content: step })]) }
        if (step instanceof Error) throw step
        if (step) {
          await step
          continue
        }
        if (finished) return { done: true, value: undefined }
        finished = true
        facts.terminal = true
        return { done: false, value: batchOfChunks([chunk(call, {}, 'stop')]) }
      }
    },
    return() {
      onClose()
      return Promise.resolve({ done: true, value: undefined })
    },
  }
}

function chunk(
  call: Call<'chat'>,
  delta: ChatCompletionChunk['choices'][number]['delta'],
  finish_reason: 'stop' | null = null,
): ChatCompletionChunk {
  return {
    id: 'chatcmpl-scripted',
    object: 'chat.completion.chunk',
    created: 0,
    model: call.request.model,
    choices: [{ index: 0, delta, finish_reason }],
  }
}
