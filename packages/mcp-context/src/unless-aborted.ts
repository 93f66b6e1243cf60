import { abortError } from '@modelgate/core'

/** What a promise gives, or why somebody stopped waiting for it, which ends nothing but the waiting. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortError(signal))
      return
    }
    const leave = (): void => reject(abortError(signal))
    signal.addEventListener('abort', leave, { once: true })
    promise.then(
      value => {
        signal.removeEventListener('abort', leave)
        resolve(value)
      },
      (error: unknown) => {
        signal.removeEventListener('abort', leave)
        reject(error)
      },
    )
  })
}
