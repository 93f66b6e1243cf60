import type { CallReport } from '../call-report.ts'
import type { Call, Middleware, Outcome } from '../contract.ts'
import { failedOutcome, onceSettled } from '../outcome.ts'
import { tellSafely } from '../tell-safely.ts'
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
    for (const listener of listeners) tell(() => listener(made, call), made)
    // The caller's own: the call is none of theirs.
    for (const listener of call.context.listeners) tell(() => listener(made), made)
  }
  const tell = (listener: () => unknown, { callId }: CallReport): void =>
    tellSafely(listener, error => onListenerError(error, callId))
  const reported: Middleware = (call, next) =>
    next(call).then(
      result => {
        onceSettled(result, outcome => report(call, outcome))
        return result
      },
      (error: unknown) => {
        report(call, failedOutcome(error))
        throw error
      },
    )
  return (call, next) =>
    listeners.length === 0 && call.context.listeners.length === 0 ? next(call) : reported(call, next)
}
