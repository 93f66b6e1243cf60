import type { Call } from '../contract.ts'
import type { FlushOptions } from '../flush.ts'
import type { Provider } from '../provider.ts'
import type { RouteTable } from '../router/resolve.ts'
import type { CallTrace } from './call-trace.ts'
import type { MetricsSnapshot } from './metrics/metrics-snapshot.ts'

/** What a gateway tells of itself to who follows its calls. */
export interface Followed {
  readonly providers: readonly Provider[]
  readonly routes: RouteTable
  /** What it has counted so far. */
  readonly metrics: () => MetricsSnapshot
}

/** Follows the calls of gateways: `openTelemetry()` of `@modelgate/core/opentelemetry` is one. Nothing of it may throw. */
export interface Telemetry {
  /** Once for each gateway, when it is made. */
  follow(gateway: Followed): CallFollower
}

/** Follows the calls of one gateway. */
export interface CallFollower {
  begins(call: Call): CallTrace
  /** Sends on what is held back; called whenever the gateway is flushed, as on Lambda before a function is frozen. */
  flush?(options?: FlushOptions): Promise<unknown>
  /** No call begins any more, and all have ended. */
  close(): void
}
