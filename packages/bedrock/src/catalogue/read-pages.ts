import { abortError, isGatewayError } from '@modelgate/core'
import type { Page } from './control-plane.ts'

/** What of a list could be read. */
export interface ReadItems<Item> {
  readonly items: readonly Item[]
  /** Why the rest could not; absent where this is all. */
  readonly fault?: unknown
}

/** What reading takes. */
interface ReadingParts {
  /** Aborts when the time is up: what is there by then is the result. */
  readonly signal: AbortSignal
  /** Milliseconds until then. */
  readonly leftMs: () => number
  /** Resolves after so many milliseconds, or rejects when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
}

/** No account has so many pages: one that never ends must. */
const maxPages = 200
const firstPauseMs = 200
const longestPauseMs = 2_000

/** Reads page after page. A throttled page is asked for again, as often as the time allows; what was read before a fault is kept. */
export async function readPages<Item>(
  ask: (nextToken: string | undefined) => Promise<Page<Item>>,
  parts: ReadingParts,
): Promise<ReadItems<Item>> {
  const items: Item[] = []
  const seen = new Set<string>()
  let nextToken: string | undefined
  try {
    do {
      const token = nextToken
      const page = await unthrottled(() => ask(token), parts)
      items.push(...page.items)
      nextToken = page.nextToken
      // A token that comes again would go round for ever.
      if (nextToken === undefined || seen.has(nextToken)) return { items }
      seen.add(nextToken)
    } while (seen.size < maxPages)
    return { items }
  } catch (fault) {
    return { items, fault }
  }
}

async function unthrottled<T>(ask: () => Promise<T>, { signal, leftMs, pause }: ReadingParts): Promise<T> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    if (signal.aborted) throw abortError(signal)
    try {
      return await ask()
    } catch (error) {
      if (!isGatewayError(error) || error.code !== 'upstream_rate_limited' || !error.retryable) throw error
      const waitMs = Math.max(pauseMs, error.retryAfterMs ?? 0)
      // Whoever waits for the list would wait for nothing.
      if (waitMs >= leftMs()) throw error
      await pause(waitMs, signal)
    }
  }
}
