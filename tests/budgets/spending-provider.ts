import { setTimeout as sleep } from 'node:timers/promises'
import {
  batchOfChunks,
  type ChatCompletion,
  type ChatCompletionChunk,
  completedOutcome,
  type FrameBatch,
  type Provider,
  type Result,
  settledAs,
  streamResult,
  type Usage,
} from '@modelgate/core'

/** US dollars for a million tokens. */
const price = { input: 1, output: 10, source: 'the test', asOf: '2026-11-20' }

/** What any call uses: from nothing to all that it may be answered with, whole answers and streams alike. */
function someUsage(cap: number): Usage {
  const prompt_tokens = 1 + Math.floor(Math.random() * 20)
  const completion_tokens = Math.floor(Math.random() * (cap + 1))
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens }
}

/** Answers after a while with usage of any size. Of a stream that is left the upstream says nothing. */
export function spendingProvider(): Provider {
  return {
    id: 'us',
    name: 'spending',
    priceOf: () => price,
    models: () => Promise.resolve([]),
    handlers: {
      async chat({ request, signal, context }): Promise<Result<'chat'>> {
        const usage = someUsage(request.max_completion_tokens ?? 0)
        await sleep(Math.random() * 20, undefined, { signal })
        if (!request.stream) {
          const completion = { ...whole, model: request.model, usage }
          const settled = settledAs(completedOutcome({ usage, finishReason: 'stop' }))
          return { kind: 'completion', completion: { value: completion }, settled }
        }
        let passed = 0
        const facts = { terminal: false, usage: undefined as Usage | undefined, completionTokensPassed: () => passed }
        async function* batches(): AsyncGenerator<FrameBatch, undefined> {
          for (let piece = 0; piece < 4; piece += 1) {
            await sleep(Math.random() * 10, undefined, { signal })
            passed += Math.ceil(usage.completion_tokens / 4)
            yield batchOfChunks([chunk({ content: 'some words ' }, null)])
          }
          facts.terminal = true
          facts.usage = usage
          yield batchOfChunks([{ ...chunk({}, 'stop'), usage }])
          return undefined
        }
        return streamResult({ batches: batches(), facts, signal, startedAt: context.startedAt })
      },
    },
  }
}

const whole: Omit<ChatCompletion, 'model'> = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  choices: [
    { index: 0, finish_reason: 'stop', logprobs: null, message: { role: 'assistant', content: 'hi', refusal: null } },
  ],
}

type Choice = ChatCompletionChunk['choices'][number]

function chunk(delta: Choice['delta'], finish_reason: Choice['finish_reason']): ChatCompletionChunk {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason }],
  }
}
