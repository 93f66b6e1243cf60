import { abortError } from '@modelgate/core'

/** Waits for something that goes on when the signal has aborted: others want it, too. */
export async function waitFor<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    // Nobody else may be waiting for it when it fails.
    work.catch(() => undefined)
    throw abortError(signal)
  }
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(abortError(signal))
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
