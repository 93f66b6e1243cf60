import type { ContextHealth } from '../../context/context-layer.ts'
import type { KnownBudget } from '../../limits/budgets/known-budgets.ts'
import type { TargetHealth } from '../../resilience/resilience.ts'
import type { Histogram } from './histogram.ts'

/**
 * What tells series of calls apart. `none` stands where a call had none of it, `other` where there would have been too many: no label
 * is text that a caller may choose at will.
 */
export interface CallLabels {
  readonly operation: string
  /** The route asked for, or the model where no route was. */
  readonly route: string
  /** The upstream's model of the attempt that answered, or of the last one. */
  readonly model: string
  /** The provider's id. */
  readonly provider: string
  readonly tier: string
  readonly tenant: string
}

/** Calls of the same labels that have settled. */
export interface CallMetrics extends CallLabels {
  readonly calls: number
  readonly streams: number
  /** Calls that failed or whose caller left, by error code; the other ones were completed. */
  readonly errors: Readonly<Record<string, number>>
  /** The whole call, streams to their end. */
  readonly durationSeconds: Histogram
  /** From a call's start to its first content; streams only. */
  readonly firstContentSeconds: Histogram
  /**
   * Tokens of each call that used any: of its last attempt that did, as its report tells them, while its cost is that of all. Those read
   * from a prompt cache are among them.
   */
  readonly promptTokens: Histogram
  readonly completionTokens: Histogram
  readonly cachedTokens: number
  /** Calls for which a cache was asked, by what it said: `hit`, `miss`, `bypass`. Absent where none was. */
  readonly cache?: Readonly<Record<string, number>> | undefined
  /** Calls that got the answer of an earlier one of their idempotency key. Absent where none did. */
  readonly idempotentReplays?: number | undefined
  /** Calls whose tokens no upstream reported, and which were counted from what passed. */
  readonly estimatedUsages: number
  /** US dollars, of the calls whose cost is known; what callers pay themselves is none of the gateway's. */
  readonly costUsd: number
  /** Calls whose cost is not known, which is not nothing. */
  readonly unknownCosts: number
}

/** Attempts at one target that ended in the same way. */
export interface AttemptMetrics {
  readonly provider: string
  readonly model: string
  /**
   * `200`, or the error's code, also of a stream that broke, or was out of time, after it had begun; of an attempt that was not made,
   * why: `circuit_open`, `bulkhead_full`, `cooling_down`.
   */
  readonly code: string
  readonly attempts: number
  readonly durationSeconds: number
  /** After how many of them their calls went on to another target. */
  readonly failovers: number
  /** After how many of them their calls asked the same target again. */
  readonly retries: number
}

/** What was added to the prompts of chats. */
export interface ContextMetrics {
  /** By what became of it: `hit`, `stale`, `none`, `skipped`, `off`, `failed`. */
  readonly calls: Readonly<Record<string, number>>
  /** Calls whose source could not be asked, by why: `timeout`, `circuit_open`, `error`, `bad_answer`. */
  readonly faults: Readonly<Record<string, number>>
  /** Calls for which the source was not asked, an answer of it being at hand. */
  readonly cached: number
  readonly items: number
  /** Estimated. */
  readonly tokens: number
}

/**
 * What a gateway has counted, as data. All but `openCalls`, `budgets`, `contextSource` and `targets` only ever grows: {@link metricsSince}
 * tells two snapshots' difference.
 */
export interface MetricsSnapshot {
  /** Milliseconds since the epoch: when counting began, and when this was read. */
  readonly startedAtMs: number
  readonly takenAtMs: number
  readonly calls: readonly CallMetrics[]
  readonly attempts: readonly AttemptMetrics[]
  /**
   * Requests that were turned away before any target was asked, by error code: at the door, which makes them no calls (keys, paths,
   * bodies; `cancelled` where the client left before its body was in), and behind it, where they stand among the calls, too (limits,
   * permissions, faulty requests, targets that may not be asked).
   */
  readonly refusals: Readonly<Record<string, number>>
  /** What OpenTelemetry calls each provider (`gen_ai.provider.name`), by its id. */
  readonly providerNames: Readonly<Record<string, string>>
  /** There only where a layer adds context, and there were calls for it. */
  readonly context?: ContextMetrics | undefined
  /** How the source of context stands, where there is one. */
  readonly contextSource?: ContextHealth | undefined
  /**
   * How the budgets stand under which this process has had calls: those that share a store are every process's, and not to be added up.
   * `other` is the one that is used up the most of those for which there was no label. Absent where there are none.
   */
  readonly budgets?: readonly KnownBudget[] | undefined
  /** Calls under way. */
  readonly openCalls: number
  /** Those of routes, and others that have answered; what else callers named stands as the `other` of its provider. */
  readonly targets: readonly TargetHealth[]
}
