import { type Histogram, histogramOf } from './histogram.ts'
import type { CallLabels, CallMetrics } from './metrics-snapshot.ts'

/** Series of calls, those of the same labels added up. */
export function sumCalls(series: Iterable<CallMetrics>): CallMetrics[] {
  const sums = new Map<string, CallMetrics>()
  for (const each of series) {
    const key = labelsKey(each)
    const sum = sums.get(key)
    sums.set(key, sum ? added(sum, each) : each)
  }
  return [...sums.values()]
}

/** The most series that come of some: those with the fewest calls are added up under `other`, which is not counted among them. */
export function boundedCalls(series: readonly CallMetrics[], most: number): CallMetrics[] {
  if (series.length <= most) return [...series]
  const byCalls = series.toSorted((a, b) => b.calls - a.calls)
  const rest = byCalls.slice(most).map(each => ({ ...each, ...otherLabels, operation: each.operation }))
  return [...byCalls.slice(0, most), ...sumCalls(rest)]
}

const otherLabels = { route: 'other', model: 'other', provider: 'other', tier: 'other', tenant: 'other' }

/** What series of the same labels have in common, and no others. */
export function labelsKey({ operation, route, model, provider, tier, tenant }: CallLabels): string {
  return JSON.stringify([operation, route, model, provider, tier, tenant])
}

function added(one: CallMetrics, other: CallMetrics): CallMetrics {
  return {
    ...one,
    calls: one.calls + other.calls,
    streams: one.streams + other.streams,
    errors: addedCounts(one.errors, other.errors),
    durationSeconds: addedHistograms(one.durationSeconds, other.durationSeconds),
    firstContentSeconds: addedHistograms(one.firstContentSeconds, other.firstContentSeconds),
    promptTokens: addedHistograms(one.promptTokens, other.promptTokens),
    completionTokens: addedHistograms(one.completionTokens, other.completionTokens),
    cachedTokens: one.cachedTokens + other.cachedTokens,
    ...((one.cache || other.cache) && { cache: addedCounts(one.cache ?? {}, other.cache ?? {}) }),
    ...((one.idempotentReplays || other.idempotentReplays) && {
      idempotentReplays: (one.idempotentReplays ?? 0) + (other.idempotentReplays ?? 0),
    }),
    estimatedUsages: one.estimatedUsages + other.estimatedUsages,
    costUsd: one.costUsd + other.costUsd,
    unknownCosts: one.unknownCosts + other.unknownCosts,
  }
}

function addedCounts(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): Record<string, number> {
  const sums = new Map(Object.entries(one))
  for (const [name, count] of Object.entries(other)) sums.set(name, (sums.get(name) ?? 0) + count)
  return Object.fromEntries(sums)
}

/** Those of another version may have other bounds: each bucket is then added where its upper bound stands, for all in it are below that. */
function addedHistograms(one: Histogram, other: Histogram): Histogram {
  const isAlike = one.bounds.length === other.bounds.length && one.bounds.every((at, i) => at === other.bounds[i])
  const bounds = isAlike ? one.bounds : [...new Set([...one.bounds, ...other.bounds])].toSorted((a, b) => a - b)
  const counts = Array<number>(bounds.length + 1).fill(0)
  const sums = [...counts]
  for (const { bounds: own, ...held } of [one, other]) {
    for (const [bucket, count] of held.counts.entries()) {
      const at = bucket === own.length ? bounds.length : isAlike ? bucket : bounds.indexOf(own[bucket]!)
      counts[at]! += count
      sums[at]! += held.sums[bucket]!
    }
  }
  return histogramOf({ bounds, counts, sums, max: Math.max(one.max, other.max) })
}
