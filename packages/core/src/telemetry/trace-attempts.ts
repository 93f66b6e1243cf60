import type { Call, Middleware, Outcome } from '../contract.ts'
import { abortError } from '../errors.ts'
import { failedOutcome, onceSettled } from '../outcome.ts'
import { tellSafely } from '../tell-safely.ts'
import type { ChatCompletion } from '../wire/chat-completion.ts'
import type { AttemptTrace } from './call-trace.ts'
import { withoutPrompt } from './without-prompt.ts'

/** The outermost layer of an attempt, where calls are followed: tells how it ended, its stream included. A follower that throws fails no call. */
export function traceAttempts(onError: OnError): Middleware {
  return (call, next) => {
    const { context } = call
    const trace = begun(call, onError)
    // An earlier attempt's, which this one must not be told with.
    context.failedAttempt = undefined
    context.upstreamHeaders = trace?.headers
    if (!trace) return next(call)
    return trace
      .run(() => next(call))
      .then(
        result => {
          const whole = result.kind === 'completion' ? result.completion.value : undefined
          onceSettled(result, endOf(result.kind === 'stream' ? withoutPrompt(call) : call, { trace, onError, whole }))
          return result
        },
        (error: unknown) => {
          const shown = call.signal.aborted ? abortError(call.signal) : error
          endOf(call, { trace, onError })(context.failedAttempt ?? failedOutcome(shown))
          throw error
        },
      )
  }
}

type OnError = (error: unknown, callId?: string) => void

function begun(call: Call, onError: OnError): AttemptTrace | undefined {
  const { trace, callId } = call.context
  let attempt: AttemptTrace | undefined
  tellSafely(
    () => {
      attempt = trace?.attemptBegins(call)
    },
    error => onError(error, callId),
  )
  return attempt
}

interface Ending {
  readonly trace: AttemptTrace
  readonly onError: OnError
  readonly whole?: ChatCompletion | undefined
}

/** Apart: what is made within the layer keeps the call. */
function endOf(call: Call, { trace, onError, whole }: Ending): (outcome: Outcome) => void {
  return outcome =>
    tellSafely(
      () => trace.ends(call, outcome, whole),
      error => onError(error, call.context.callId),
    )
}
