import type { ChecksOf } from '../wire/check-values.ts'
import { number, whole } from '../wire/value-check.ts'

/** How a transport keeps its connections. */
interface ConnectionOptions {
  readonly maxSockets?: number | undefined
  readonly connectMs?: number | undefined
}

/** With a number of connections that is none, calls would wait for one for ever, or fail each by itself. */
export function connectionChecks(): ChecksOf<ConnectionOptions> {
  return { maxSockets: whole(1), connectMs: number({ above: 0 }) }
}
