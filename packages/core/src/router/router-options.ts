import type { AttemptGuard } from '../attempt-guard.ts'
import type { Call } from '../contract.ts'
import type { GatewayError } from '../errors.ts'
import type { RetryPolicy } from '../retry-policy.ts'
import type { ChooserOptions } from './choose-targets.ts'

/** What a router is made of. */
export interface RouterOptions extends ChooserOptions {
  /** Upstream attempts a call may cost, over all its targets. */
  readonly maxAttempts: number
  /** Asked before each attempt. Default: all may be made. */
  readonly guard?: AttemptGuard | undefined
  /** Default: no target is asked twice by one call. */
  readonly retry?: RetryPolicy | undefined
  /** Told of every attempt that failed with the gateway's own credentials, whatever becomes of the call. */
  readonly onAttemptFailed?: ((call: Call, error: GatewayError) => void) | undefined
}
