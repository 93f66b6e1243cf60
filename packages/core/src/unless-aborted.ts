import { type AbortListener, listenToAbort, unlistenToAbort } from './call-controller.ts'
import { abortError } from './errors.ts'

/**
 * What a promise gives, for whoever waits no longer than a signal lets him: some never come. What he waited for goes on, for others or to its
 * own end; what becomes of that then is nobody's business, a rejection included.
 * @throws {GatewayError} why the signal was aborted, as soon as it is; the promise rejects with it.
 */
export function unlessAborted<T>(waited: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const listener: AbortListener = { handleEvent: () => reject(abortError(signal)) }
  if (signal.aborted) listener.handleEvent()
  else listenToAbort(signal, listener)
  const stop = (): void => unlistenToAbort(signal, listener)
  Promise.resolve(waited).then(
    value => {
      stop()
      resolve(value)
    },
    (error: unknown) => {
      stop()
      reject(error)
    },
  )
  return promise
}
