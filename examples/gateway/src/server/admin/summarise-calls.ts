import { type CallMetrics, type Histogram, quantileOf } from '@modelgate/core'

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
  readonly cost: {
    /** Of the calls whose cost is known. */
    readonly usd: number
    /** Calls whose cost is not known, which is not nothing. */
    readonly unknownCalls: number
  }
}

export function summariseCalls(series: readonly CallMetrics[]): CallSummary {
  const sum = (of: (calls: CallMetrics) => number): number => series.reduce((total, calls) => total + of(calls), 0)
  const errors = sumByName(series.map(calls => calls.errors))
  return {
    calls: sum(({ calls }) => calls),
    streams: sum(({ streams }) => streams),
    failed: Object.values(errors).reduce((total, count) => total + count, 0),
    errors,
    latencyMs: spreadOf(series.map(({ durationSeconds }) => durationSeconds)),
    firstContentMs: spreadOf(series.map(({ firstContentSeconds }) => firstContentSeconds)),
    tokens: {
      prompt: sum(({ promptTokens }) => promptTokens.sum),
      completion: sum(({ completionTokens }) => completionTokens.sum),
      cached: sum(({ cachedTokens }) => cachedTokens),
      estimatedCalls: sum(({ estimatedUsages }) => estimatedUsages),
    },
    cost: { usd: sum(({ costUsd }) => costUsd), unknownCalls: sum(({ unknownCosts }) => unknownCosts) },
  }
}

/** Calls with the same labels of those names, most calls first. */
export function summariseBy(
  series: readonly CallMetrics[],
  labels: readonly ('operation' | 'route' | 'model' | 'provider' | 'tier' | 'tenant')[],
): (Readonly<Record<string, unknown>> & CallSummary)[] {
  const groups = Map.groupBy(series, calls => JSON.stringify(labels.map(label => calls[label])))
  return [...groups.values()]
    .map(group => ({
      ...Object.fromEntries(labels.map(label => [label, group[0]?.[label]])),
      ...summariseCalls(group),
    }))
    .toSorted((a, b) => b.calls - a.calls)
}

function sumByName(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums = new Map<string, number>()
  for (const [name, count] of counts.flatMap(each => Object.entries(each))) {
    sums.set(name, (sums.get(name) ?? 0) + count)
  }
  return Object.fromEntries(sums)
}

function spreadOf(histograms: readonly Histogram[]): Spread {
  const whole = addUp(histograms)
  if (!whole || whole.count === 0) return { count: 0, mean: null, p50: null, p95: null, p99: null, max: null }
  const at = (share: number): number => milliseconds(quantileOf(whole, share) ?? 0)
  return {
    count: whole.count,
    mean: milliseconds(whole.sum / whole.count),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    max: milliseconds(whole.max),
  }
}

/** Histograms of one kind have the same bounds. */
function addUp([first, ...rest]: readonly Histogram[]): Histogram | undefined {
  return first && rest.reduce(both, first)
}

function both(a: Histogram, b: Histogram): Histogram {
  return {
    bounds: a.bounds,
    counts: a.counts.map((count, bucket) => count + (b.counts[bucket] ?? 0)),
    sums: a.sums.map((sum, bucket) => sum + (b.sums[bucket] ?? 0)),
    count: a.count + b.count,
    sum: a.sum + b.sum,
    max: Math.max(a.max, b.max),
  }
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 10_000) / 10
}
