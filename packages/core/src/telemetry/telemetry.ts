import type { CallReport } from '../call-report.ts'
import type { Call, Middleware, Outcome } from '../contract.ts'
import { failedOutcome } from '../outcome.ts'
import { reportOf } from './report.ts'

/** Told of every call that has settled. */
export type ReportListener = (report: CallReport, call: Call) => void

/**
 * The outermost layer: every call that came this far is reported once, rejections by the layers below included. A listener
 * that throws is told to `onListenerError`; it fails no call.
 */
export function telemetry(
  listeners: readonly ReportListener[],
  onListenerError: (error: unknown, callId?: string) => void,
): Middleware {
  const report = (call: Call, outcome: Outcome): void => {
    const made = reportOf(call, outcome, performance.now())
    const tell = (listener: () => void): void => {
      // In the promise, what a listener throws and what an async one rejects with end the same way: told, not fatal.
      void new Promise(resolve => resolve(listener())).catch((error: unknown) => onListenerError(error, made.callId))
    }
    for (const listener of listeners) tell(() => listener(made, call))
    // The caller's own: the call is none of theirs.
    for (const listener of call.context.listeners) tell(() => listener(made))
  }
  const reported: Middleware = async (call, next) => {
    try {
      const result = await next(call)
      void result.settled.then(outcome => report(call, outcome))
      return result
    } catch (error) {
      report(call, failedOutcome(error))
      throw error
    }
  }
  return (call, next) =>
    listeners.length === 0 && call.context.listeners.length === 0 ? next(call) : reported(call, next)
}
