import type { Call } from '../contract.ts'
import type { GatewayError } from '../errors.ts'
import { targetName } from '../target.ts'

/** One word a minute is enough to be woken by. */
const repeatMs = 60_000

interface RefusalAlarmOptions {
  readonly onError: (error: unknown, callId?: string) => void
  /** Whether a name that calls are routed by is the operator's own: a route, or the default model. */
  readonly isConfigured: (route: string) => boolean
  readonly now?: () => number
}

/**
 * Told of every attempt that failed; tells when a target refuses the gateway's own credentials, or does not know the model that the
 * configuration names, as once its vendor has retired it. A fallback would otherwise hide it from everybody, and move all traffic, and
 * its bill, to the next target.
 */
export function refusalAlarm({
  onError,
  isConfigured,
  now = () => performance.now(),
}: RefusalAlarmOptions): (call: Call, error: GatewayError) => void {
  const toldAt = new Map<string, number>()
  return ({ context: { target, route, callId } }, error) => {
    if (!target) return
    // Callers choose model ids, and the map must not grow with their choices: by provider, or by what is configured.
    let subject: string
    if (error.code === 'upstream_auth_failed') subject = target.provider
    else if (error.code === 'model_not_found' && route !== undefined && isConfigured(route))
      subject = targetName(target)
    else return
    const last = toldAt.get(subject) ?? Number.NEGATIVE_INFINITY
    if (now() - last < repeatMs) return
    toldAt.set(subject, now())
    onError(new Error(`${targetName(target)}: ${error.message}`, { cause: error.cause }), callId)
  }
}
