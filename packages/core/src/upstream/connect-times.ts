import type { Call, Middleware } from '../contract.ts'

/** A layer of the attempt: tells its provider's transport how long the connection may take. */
export function connectTimes(connectMsOf: (call: Call) => number | undefined): Middleware {
  return (call, next) => {
    call.context.connectMs = connectMsOf(call)
    return next(call)
  }
}
