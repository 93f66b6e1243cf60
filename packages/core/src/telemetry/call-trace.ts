import type { Call, Outcome } from '../contract.ts'
import type { Provider } from '../provider.ts'
import type { RouteTable } from '../router/resolve.ts'
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
  flush?(): Promise<unknown>
  /** No call begins any more, and all have ended. */
  close(): void
}

/** One call that is followed; it stands in `call.context.trace`. */
export interface CallTrace {
  /** 32 hexadecimal digits, as in `traceparent`. */
  readonly traceId: string | undefined
  /** Does what the call consists of, so that what it starts knows that it belongs to the call. */
  run<T>(work: () => T): T
  attemptBegins(call: Call): AttemptTrace
  /** Something that happened within the call. Never prompts, completions or keys. */
  event(name: string, attributes?: Readonly<Record<string, string | number | boolean>>): void
  /** `endedAt` is `performance.now()`. */
  ends(call: Call, outcome: Outcome, endedAt: number): void
}

/** One attempt of a call that is followed. */
export interface AttemptTrace {
  /** Headers by which the upstream knows what its request belongs to. */
  readonly headers: Readonly<Record<string, string>>
  run<T>(work: () => T): T
  ends(call: Call, outcome: Outcome): void
}
