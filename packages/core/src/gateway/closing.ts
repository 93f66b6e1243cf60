import type { Batches } from '../batches/create-batches.ts'
import { type Flushable, flushAll } from '../flush.ts'
import type { Gateway } from '../gateway.ts'
import { tellSafely } from '../tell-safely.ts'
import type { Parts } from './parts.ts'
import type { Settings } from './settings.ts'

/** What a log gets at the end of a gateway: a store that is gone must not hold up the end of the process. */
const lastFlushMs = 5_000

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
    await Promise.all([limiter.close(), budgeter.close()])
    try {
      await Promise.all([...providers, options.context].map(async closed => closed?.close?.()))
    } finally {
      tellSafely(() => reporting.follower?.close(), onError)
      // A provider that cannot be closed must not cost the log its last records.
      await flushAll(flushables, { timeoutMs: flushMs, final: true })
    }
  }
}
