import type { Call, FrameBatch } from '../contract.ts'
import type { Outcome } from '../outcome.ts'
import { type StreamedChat, type StreamFacts, streamResult } from './stream-result.ts'

/** What the outcome of a stream tells of an answer that somebody else has paid for. */
export type KnownFacts = Pick<Outcome, 'finishReason' | 'responseModel' | 'serviceTier'>

/** A stream of what is there already; it settles as its reader reads it. */
export function streamOf(
  { signal, context }: Pick<Call, 'signal' | 'context'>,
  batches: readonly FrameBatch[],
  known: KnownFacts = {},
): StreamedChat {
  const facts: StreamFacts = { ...known, terminal: false }
  let at = 0
  return streamResult({
    batches: {
      next() {
        const value = batches[at]
        at += 1
        if (value) return Promise.resolve({ done: false, value })
        facts.terminal = true
        return Promise.resolve({ done: true, value: undefined })
      },
    },
    facts,
    signal,
    startedAt: context.startedAt,
  })
}
