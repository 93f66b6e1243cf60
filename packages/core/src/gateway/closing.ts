import type { Batches } from '../batches/create-batches.ts'
import { type Flushable, flushAll, lastFlushMs } from '../flush.ts'
import type { Gateway } from '../gateway.ts'
import { tellSafely } from '../tell-safely.ts'
import type { Parts } from './parts.ts'
import type { Settings } from './settings.ts'

/** What is closed beside the parts. */
interface Closed {
  readonly batches: Batches | undefined
  readonly flushables: readonly Flushable[]
}

/** The end of a gateway: callers first, then what they were served by, then what was written about them. */
export function closing(
  { options, providers, onError }: Settings,
  { openCalls, limiter, budgeter, reporting }: Parts,
  { batches, flushables }: Closed,
): Gateway['close'] {
  return async ({ graceMs = 30_000, flushMs = lastFlushMs } = {}) => {
    batches?.stop()
    await openCalls.drain(graceMs)
    await batches?.close()
    // Beside the rest: a store that is away must not take the log's time.
    const counted = Promise.all([limiter.close(flushMs), budgeter.close(flushMs)])
    try {
      await Promise.all([...providers, options.context].map(async closed => closed?.close?.()))
    } finally {
      tellSafely(() => reporting.follower?.close(), onError)
      // A provider that cannot be closed must not cost the log its last records.
      await Promise.all([counted, flushAll(flushables, { timeoutMs: flushMs, final: true })])
    }
  }
}
