import { abortError, GatewayError } from '@modelgate/core'

/**
 * Runs `work` over the items, at most `limit` at a time, and gives the results in the items' order. The first failure aborts
 * the others and is thrown once they have ended: a call that failed as a whole must not go on being billed.
 */
export async function eachBounded<T, R>(
  items: readonly T[],
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
  work: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const siblings = new AbortController()
  const onAbort = (): void => siblings.abort(abortError(signal))
  if (signal.aborted) throw abortError(signal)
  signal.addEventListener('abort', onAbort, { once: true })
  const results: R[] = []
  const queue = items.entries()
  let failure: unknown

  async function worker(): Promise<void> {
    for (const [index, item] of queue) {
      if (siblings.signal.aborted) return
      try {
        results[index] = await work(item, siblings.signal)
      } catch (error) {
        failure ??= error
        siblings.abort(new GatewayError('cancelled', 'Another part of the same call failed.'))
        return
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
  signal.removeEventListener('abort', onAbort)
  if (signal.aborted) throw abortError(signal)
  if (failure !== undefined) throw failure
  return results
}
