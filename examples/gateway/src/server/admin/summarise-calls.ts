import { type CallLabels, type CallMetrics, type Histogram, quantileOf, sumCalls } from '@modelgate/core'

/** How values were spread, in milliseconds; null where there were none. Quantiles are as fine as the buckets they are counted in. */
export interface Spread {
  readonly count: number
  readonly mean: number | null
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly max: number | null
}

/** Some calls, as administrators are told of them. */
export interface CallSummary {
  readonly calls: number
  readonly streams: number
  readonly failed: number
  /** By error code; those whose caller left are among them, as `cancelled`. */
  readonly errors: Readonly<Record<string, number>>
  readonly latencyMs: Spread
  /** Of streams: until their first content. */
  readonly firstContentMs: Spread
  readonly tokens: {
    readonly prompt: number
    readonly completion: number
    /** Of the prompt's, those read from an upstream's cache. */
    readonly cached: number
    /** Calls whose tokens no upstream reported. */
    readonly estimatedCalls: number
  }
  /** Calls for which a cache was asked, by what it said: `hit`, `miss`, `bypass`. */
  readonly cache: Readonly<Record<string, number>>
  /** Calls that got the answer of an earlier one of their `Idempotency-Key`. */
  readonly idempotentReplays: number
  readonly cost: {
    /** Of the calls whose cost is known. */
    readonly usd: number
    /** Calls whose cost is not known, which is not nothing. */
    readonly unknownCalls: number
  }
}

const allAlike: CallLabels = { operation: '', route: '', model: '', provider: '', tier: '', tenant: '' }

export function summariseCalls(series: readonly CallMetrics[]): CallSummary {
  const [sum] = sumCalls(series.map(each => ({ ...each, ...allAlike })))
  return {
    calls: sum?.calls ?? 0,
    streams: sum?.streams ?? 0,
    failed: Object.values(sum?.errors ?? {}).reduce((total, count) => total + count, 0),
    errors: sum?.errors ?? {},
    latencyMs: spreadOf(sum?.durationSeconds),
    firstContentMs: spreadOf(sum?.firstContentSeconds),
    tokens: {
      prompt: sum?.promptTokens.sum ?? 0,
      completion: sum?.completionTokens.sum ?? 0,
      cached: sum?.cachedTokens ?? 0,
      estimatedCalls: sum?.estimatedUsages ?? 0,
    },
    cache: sum?.cache ?? {},
    idempotentReplays: sum?.idempotentReplays ?? 0,
    cost: { usd: sum?.costUsd ?? 0, unknownCalls: sum?.unknownCosts ?? 0 },
  }
}

/** Calls with the same labels of those names, most calls first. */
export function summariseBy(
  series: readonly CallMetrics[],
  labels: readonly (keyof CallLabels)[],
): (Readonly<Partial<CallLabels>> & CallSummary)[] {
  const groups = Map.groupBy(series, calls => JSON.stringify(labels.map(label => calls[label])))
  return [...groups.values()]
    .map(group => ({
      ...Object.fromEntries(labels.map(label => [label, group[0]?.[label]])),
      ...summariseCalls(group),
    }))
    .toSorted((a, b) => b.calls - a.calls)
}

function spreadOf(histogram: Histogram | undefined): Spread {
  if (!histogram?.count) return { count: 0, mean: null, p50: null, p95: null, p99: null, max: null }
  const { count, sum, max } = histogram
  const at = (share: number): number => milliseconds(quantileOf(histogram, share) ?? 0)
  return { count, mean: milliseconds(sum / count), p50: at(0.5), p95: at(0.95), p99: at(0.99), max: milliseconds(max) }
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 10_000) / 10
}
