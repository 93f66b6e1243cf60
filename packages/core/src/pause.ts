import { listenToAbort, unlistenToAbort } from './call-controller.ts'
import { abortError } from './errors.ts'
import { longestTimerMs } from './longest-timer.ts'

/**
 * Resolves after so many milliseconds, never sooner.
 * @throws {GatewayError} why the signal was aborted, as soon as it is
 */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.reject(abortError(signal))
  return new Promise((resolve, reject) => {
    const listener = {
      handleEvent(): void {
        clearTimeout(timer)
        reject(abortError(signal))
      },
    }
    // Node's timers may be up to a millisecond early, and a target that cools down would still do so.
    const timer = setTimeout(
      () => {
        unlistenToAbort(signal, listener)
        resolve()
      },
      Math.min(Math.ceil(ms) + 1, longestTimerMs),
    )
    listenToAbort(signal, listener)
  })
}
