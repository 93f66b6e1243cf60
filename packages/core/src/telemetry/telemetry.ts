import type { CallReport } from '../call-report.ts'
import type { Call, Middleware, Operation, Outcome, Result } from '../contract.ts'
import { failedOutcome, onceSettled } from '../outcome.ts'
import { tellSafely } from '../tell-safely.ts'
import type { CallFollower } from './call-follower.ts'
import { reportOf } from './report.ts'
import { withoutPrompt } from './without-prompt.ts'

/** Told of every call that has settled; of one that was streamed without its prompt, which nobody keeps as long. */
export type ReportListener = (report: CallReport, call: Call) => void

/** Looks at every call that has settled, before anybody is told: it makes no report of it, and must not throw. */
export interface CallObserver {
  /** `endedAt` is `performance.now()`. */
  settled(call: Call, outcome: Outcome, endedAt: number): void
}

/** Who looks at calls without a report of them. */
interface Onlookers {
  readonly observers?: readonly CallObserver[] | undefined
  readonly follower?: CallFollower | undefined
}

/**
 * The outermost layer: every call that came this far is reported once, rejections by the layers below included. A listener
 * that throws, or a follower, is told to `onListenerError`; it fails no call.
 */
export function telemetry(
  listeners: readonly ReportListener[],
  onListenerError: (error: unknown, callId?: string) => void,
  { observers = [], follower }: Onlookers = {},
): Middleware {
  const report = (call: Call, outcome: Outcome): void => {
    const endedAt = performance.now()
    for (const observer of observers) observer.settled(call, outcome, endedAt)
    const { trace, callId } = call.context
    if (trace)
      tellSafely(
        () => trace.ends(call, outcome, endedAt),
        error => onListenerError(error, callId),
      )
    if (listeners.length === 0 && call.context.listeners.length === 0) return
    const made = reportOf(call, outcome, endedAt)
    for (const listener of listeners) tell(() => listener(made, call), made)
    // The caller's own: the call is none of theirs.
    for (const listener of call.context.listeners) tell(() => listener(made), made)
  }
  const tell = (listener: () => unknown, { callId }: CallReport): void =>
    tellSafely(listener, error => onListenerError(error, callId))
  // Apart: what is made within the layer keeps the call.
  const reportOnce = (result: Result<Operation>, told: Call): void =>
    onceSettled(result, outcome => report(told, outcome))
  const reported: Middleware = (call, next) =>
    next(call).then(
      result => {
        reportOnce(result, result.kind === 'stream' ? withoutPrompt(call) : call)
        return result
      },
      (error: unknown) => {
        const { goesOn } = call.context
        if (goesOn) void goesOn.then(outcome => report(call, outcome))
        else report(call, failedOutcome(error))
        throw error
      },
    )
  if (follower) {
    return (call, next) => {
      const { context } = call
      tellSafely(
        () => {
          context.trace = follower.begins(call)
        },
        error => onListenerError(error, context.callId),
      )
      return context.trace ? context.trace.run(() => reported(call, next)) : reported(call, next)
    }
  }
  const toAll = listeners.length > 0 || observers.length > 0
  return (call, next) => (toAll || call.context.listeners.length > 0 ? reported(call, next) : next(call))
}
