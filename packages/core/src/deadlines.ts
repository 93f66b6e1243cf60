import type { CallController } from './call-controller.ts'
import { GatewayError } from './errors.ts'
import type { OpenCall } from './open-calls.ts'

/** A deadline further away than this is kept to within a second, by one timer for all calls; a nearer one has its own. */
const farMs = 30_000
const sweepMs = 1_000

/** The clocks of the calls that are open in one gateway. */
interface Deadlines {
  /**
   * Aborts with `timeout_total` once the time is over: at `deadlineAt`, on the clock of `performance.now()`, which is in `deadlineMs`.
   * Returns what stops the clock, where there is anything to stop.
   */
  start(controller: CallController, deadlineMs: number, deadlineAt: number): (() => void) | undefined
  /** To be called when no call is open and none will be. */
  stop(): void
}

/** Most calls end long before their deadline: to set and clear a timer for each would cost more than its whole bookkeeping. */
export function keepDeadlines(open: Iterable<OpenCall> & { readonly size: number }): Deadlines {
  let sweeping: ReturnType<typeof setInterval> | undefined

  function sweep(): void {
    const time = performance.now()
    for (const { controller } of open) {
      const { deadline } = controller
      if (deadline && deadline.at <= time) controller.abort(timedOut(deadline.afterMs))
    }
    if (open.size === 0) stop()
  }

  function stop(): void {
    clearInterval(sweeping)
    sweeping = undefined
  }

  return {
    stop,
    start(controller, deadlineMs, deadlineAt) {
      if (deadlineMs <= farMs) {
        const timer = setTimeout(() => controller.abort(timedOut(deadlineMs)), deadlineMs)
        return () => clearTimeout(timer)
      }
      controller.deadline = { at: deadlineAt, afterMs: deadlineMs }
      // Whoever waits for a call has a socket open, or waits for nothing: the clock alone must not keep a process.
      sweeping ??= setInterval(sweep, sweepMs).unref()
      return undefined
    },
  }
}

function timedOut(deadlineMs: number): GatewayError {
  return new GatewayError('timeout_total', `The call was given up after ${deadlineMs} ms, the time it was allowed.`)
}
