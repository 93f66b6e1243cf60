import type { Call, Middleware, Outcome } from '../contract.ts'
import { abortError } from '../errors.ts'
import { failedOutcome, onceSettled } from '../outcome.ts'
import { tellSafely } from '../tell-safely.ts'
import type { AttemptTrace } from './call-trace.ts'

/** The outermost layer of an attempt, where calls are followed: tells how it ended, its stream included. A follower that throws fails no call. */
export function traceAttempts(onError: (error: unknown, callId?: string) => void): Middleware {
  return (call, next) => {
    const { context } = call
    const safely = (tell: () => void): void => tellSafely(tell, error => onError(error, context.callId))
    const trace = begun(call, safely)
    context.upstreamHeaders = trace?.headers
    if (!trace) return next(call)
    const ends = (outcome: Outcome): void => safely(() => trace.ends(call, outcome))
    return trace
      .run(() => next(call))
      .then(
        result => {
          onceSettled(result, ends)
          return result
        },
        (error: unknown) => {
          const { usage } = context.spending
          ends(failedOutcome(call.signal.aborted ? abortError(call.signal) : error, { usage }))
          throw error
        },
      )
  }
}

function begun(call: Call, safely: (tell: () => void) => void): AttemptTrace | undefined {
  let trace: AttemptTrace | undefined
  safely(() => {
    trace = call.context.trace?.attemptBegins(call)
  })
  return trace
}
