import { setTimeout as sleep } from 'node:timers/promises'
import {
  abortError,
  type BatchGateway,
  type ChatCompletionRequest,
  isGatewayError,
  toGatewayError,
} from '@modelgate/core'
import { answeredLine, failedLine, type LineOf, type ResultLine, unansweredLine } from './result-lines.ts'
import type { StoredBatch } from './stored.ts'

/** One request of a batch that a gateway runs itself. */
interface RunningLine {
  readonly gateway: BatchGateway
  readonly batch: StoredBatch
  readonly of: LineOf
  readonly body: ChatCompletionRequest
  readonly signal: AbortSignal
  /** Aborted when nothing more is begun: who waits for its turn is let go. */
  readonly turn: AbortSignal
  /** Whether the batch's window is over. */
  readonly isLate: () => boolean
}

const longestPauseMs = 60_000

/**
 * Runs a request, and says what came of it; `undefined` where no model was asked and none will be, since the gateway ends or the batch's
 * window does. A refusal of the gateway's own, such as its caller's limit of requests a minute, is waited out until then: nobody stands
 * behind a batch to try again.
 */
export async function runLine({
  gateway,
  batch,
  of,
  body,
  signal,
  turn,
  isLate,
}: RunningLine): Promise<ResultLine | undefined> {
  const options = { principal: batch.principal ?? undefined, signal, tags: { batch: batch.id } }
  for (;;) {
    try {
      if (signal.aborted) throw abortError(signal)
      return answeredLine(of, await gateway.chat(body, options))
    } catch (error) {
      const shown = toGatewayError(error)
      const wasAsked = isGatewayError(error) && (error.attempts?.length ?? 0) > 0
      if (shown.code === 'shutting_down' && !wasAsked) return undefined
      if (signal.aborted || shown.code === 'shutting_down') return unansweredLine(of, 'batch_interrupted')
      if (wasAsked || !shown.retryable) return failedLine(of, shown)
      await pause(shown.retryAfterMs ?? 1_000, AbortSignal.any([signal, turn]))
      if (turn.aborted || isLate()) return undefined
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.min(ms, longestPauseMs), undefined, { signal, ref: false }).catch(() => undefined)
}
