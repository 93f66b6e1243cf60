import { abortError, isCancelled } from '../errors.ts'
import { within } from '../flush.ts'
import type { DoorExchange } from './door-exchange.ts'

/** What the answer of an idempotency key may take to be kept, whatever else may; two tries of a store. */
const answersMs = 2_000

/**
 * Brings home what an exchange that was answered has left behind, before its process may be frozen. Waits for the call's own end first:
 * what that tells the log would else come after the flush. Never rejects: what fails is told to `onError`.
 */
export async function flushAfter({ door, request, callId, ending }: DoorExchange): Promise<void> {
  const { flushMs = 5_000, controller, headers } = request
  try {
    const settled = ending.settled ?? Promise.resolve()
    const { signal } = controller
    // One whose caller has left may go on, for its answer to be kept under its idempotency key: its deadline ends it, not this.
    if (signal.aborted && isCancelled(abortError(signal))) await settled
    const flushed = within(
      settled.then(() => door.flush({ timeoutMs: flushMs })),
      flushMs,
    )
    // Of a process that is frozen before, a repeat would find no answer, and pay for another.
    const timeoutMs = Math.max(flushMs, answersMs)
    const kept =
      headers['idempotency-key'] !== undefined &&
      within(
        settled.then(() => door.flushAnswers({ timeoutMs })),
        timeoutMs,
      )
    await Promise.all([flushed, kept])
  } catch (error) {
    door.onError(error, callId)
  }
}
