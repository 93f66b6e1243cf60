import type { Middleware } from '../contract.ts'
import { abortError } from '../errors.ts'
import { failedOutcome, onceSettled } from '../outcome.ts'

/** The outermost layer of an attempt, where calls are followed: tells how it ended, its stream included. */
export const traceAttempts: Middleware = (call, next) => {
  const { context } = call
  const trace = context.trace?.attemptBegins(call)
  if (!trace) return next(call)
  context.upstreamHeaders = trace.headers
  return trace
    .run(() => next(call))
    .then(
      result => {
        onceSettled(result, outcome => trace.ends(call, outcome))
        return result
      },
      (error: unknown) => {
        const { usage } = context.spending
        trace.ends(call, failedOutcome(call.signal.aborted ? abortError(call.signal) : error, { usage }))
        throw error
      },
    )
}
