import { abortError } from '@modelgate/core'

/**
 * Lets a caller go at once when its signal aborts, while what it waited for goes on, for others or to its own end. What becomes
 * of that then is nobody's business, a rejection included.
 */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: result, resolve, reject } = Promise.withResolvers<T>()
  const onAbort = (): void => reject(abortError(signal))
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  return result
}
