import type { Middleware } from '../contract.ts'
import { isGatewayError } from '../errors.ts'
import { targetName } from '../target.ts'

/** One word a minute and target is enough to be woken by. */
const repeatMs = 60_000

/**
 * A layer around every attempt: tells when a target refuses the gateway's own credentials. A fallback would otherwise hide it from
 * everybody, and move all traffic, and its bill, to the next provider.
 */
export function authAlarm(
  onError: (error: unknown, callId?: string) => void,
  now: () => number = () => performance.now(),
): Middleware {
  const toldAt = new Map<string, number>()
  return async (call, next) => {
    try {
      return await next(call)
    } catch (error) {
      const { target } = call.context
      if (target && isGatewayError(error) && error.code === 'upstream_auth_failed') {
        // By provider, not by model: callers choose model ids, and the map must not grow with their choices.
        const last = toldAt.get(target.provider) ?? Number.NEGATIVE_INFINITY
        if (now() - last >= repeatMs) {
          toldAt.set(target.provider, now())
          onError(new Error(`${targetName(target)}: ${error.message}`, { cause: error.cause }), call.context.callId)
        }
      }
      throw error
    }
  }
}
