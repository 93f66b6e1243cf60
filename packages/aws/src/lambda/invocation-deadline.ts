import { CallController, GatewayError } from '@modelgate/core'
import type { LambdaContext } from './lambda-runtime.ts'

/** Left of the function's time when a call is given up: to say so to the client, settle the call and flush the log. */
const marginMs = 2_000
/** Left of it when what an answer has left behind is waited for no more: to give the answer out. */
const lastMs = 250

/** The end of a function's time. */
interface InvocationDeadline {
  /** Aborts with `timeout_total` two seconds before Lambda would end the function. */
  readonly controller: CallController
  clear(): void
  /** What the work gives; `undefined` where it takes until a quarter of a second before that end. It goes on then. */
  within<T>(work: Promise<T>): Promise<T | undefined>
}

/**
 * The one clock of an invocation. Lambda ends a function at its timeout in the middle of a byte and without a log line, so the
 * call is ended before it.
 */
export function startDeadline(context: LambdaContext): InvocationDeadline {
  const controller = new CallController()
  const giveUp = (): void =>
    controller.abort(
      new GatewayError(
        'timeout_total',
        'The answer took longer than this function may run. Ask for a shorter one, or raise the timeout of the function.',
      ),
    )
  const leftMs = context.getRemainingTimeInMillis() - marginMs
  if (leftMs <= 0) giveUp()
  const timer = setTimeout(giveUp, Math.max(leftMs, 0))
  return {
    controller,
    clear: () => clearTimeout(timer),
    async within(work) {
      const { promise: over, resolve } = Promise.withResolvers<undefined>()
      const last = setTimeout(() => resolve(undefined), Math.max(context.getRemainingTimeInMillis() - lastMs, 0))
      try {
        return await Promise.race([work, over])
      } finally {
        clearTimeout(last)
      }
    },
  }
}
