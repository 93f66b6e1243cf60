import type { Call } from '../contract.ts'
import type { GatewayError } from '../errors.ts'
import { targetName } from '../target.ts'

/** One word a minute and target is enough to be woken by. */
const repeatMs = 60_000

/**
 * Told of every attempt that failed; tells when a target refuses the gateway's own credentials. A fallback would otherwise hide it
 * from everybody, and move all traffic, and its bill, to the next provider.
 */
export function authAlarm(
  onError: (error: unknown, callId?: string) => void,
  now: () => number = () => performance.now(),
): (call: Call, error: GatewayError) => void {
  const toldAt = new Map<string, number>()
  return ({ context: { target, callId } }, error) => {
    if (!target || error.code !== 'upstream_auth_failed') return
    // By provider, not by model: callers choose model ids, and the map must not grow with their choices.
    const last = toldAt.get(target.provider) ?? Number.NEGATIVE_INFINITY
    if (now() - last < repeatMs) return
    toldAt.set(target.provider, now())
    onError(new Error(`${targetName(target)}: ${error.message}`, { cause: error.cause }), callId)
  }
}
