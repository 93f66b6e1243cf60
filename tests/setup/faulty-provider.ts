import {
  batchOfChunks,
  type ChatCompletionChunk,
  type ErrorCode,
  type FrameBatch,
  GatewayError,
  type Provider,
  streamResult,
} from '@modelgate/core'

/** What an upstream does next, until its script is over: then it ends, with or without having finished. */
export type FaultyStep =
  | { readonly kind: 'role' }
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'finish' }
  | { readonly kind: 'silence' }
  | { readonly kind: 'fail'; readonly code: ErrorCode }

export interface FaultyScript {
  /** Refuses the call before there is a stream. */
  readonly refusal?: ErrorCode | undefined
  readonly steps: readonly FaultyStep[]
}

export interface FaultyProvider extends Provider {
  /** Streams that were opened, and those of them that have been closed or read to their end. */
  readonly streams: { opened: number; over: number }
}

/** A provider whose streams do what a script says, its end without a `finish_reason` included. */
export function faultyProvider(id: string, script: FaultyScript, onSilence: () => Promise<void>): FaultyProvider {
  const streams = { opened: 0, over: 0 }
  return {
    id,
    name: 'faulty',
    streams,
    handlers: {
      async chat({ signal, context: { startedAt } }) {
        if (script.refusal) throw faultOf(script.refusal)
        const facts = { terminal: false }
        streams.opened += 1
        return streamResult({ batches: play(script, facts, { streams, onSilence }), facts, signal, startedAt })
      },
    },
  }
}

function play(
  { steps }: FaultyScript,
  facts: { terminal: boolean },
  { streams, onSilence }: { readonly streams: FaultyProvider['streams']; readonly onSilence: () => Promise<void> },
): AsyncIterator<FrameBatch, undefined, undefined> {
  const rest = [...steps]
  let isOver = false
  const end = (): IteratorReturnResult<undefined> => {
    if (!isOver) streams.over += 1
    isOver = true
    return { done: true, value: undefined }
  }
  return {
    async next() {
      for (;;) {
        const step = isOver ? undefined : rest.shift()
        if (!step) return end()
        if (step.kind === 'silence') await onSilence()
        else if (step.kind === 'fail') {
          end()
          throw faultOf(step.code)
        } else {
          facts.terminal ||= step.kind === 'finish'
          return { done: false, value: batchOfChunks([chunkOf(step)]) }
        }
      }
    },
    return: () => Promise.resolve(end()),
  }
}

/** Nobody waits long for a target that throttles. */
function faultOf(code: ErrorCode): GatewayError {
  return new GatewayError(code, 'So the script says.', code === 'upstream_rate_limited' ? { retryAfterMs: 1 } : {})
}

function chunkOf(step: Exclude<FaultyStep, { kind: 'silence' | 'fail' }>): ChatCompletionChunk {
  const delta =
    step.kind === 'role' ? { role: 'assistant' as const } : step.kind === 'say' ? { content: step.text } : {}
  const finish_reason = step.kind === 'finish' ? 'stop' : null
  return {
    id: 'chatcmpl-faulty',
    object: 'chat.completion.chunk',
    created: 0,
    model: 'faulty',
    choices: [{ index: 0, delta, finish_reason }],
  }
}
