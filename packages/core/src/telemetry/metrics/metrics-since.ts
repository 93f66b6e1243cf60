import { histogramSince } from './histogram.ts'
import type { AttemptMetrics, CallMetrics, ContextMetrics, MetricsSnapshot } from './metrics-snapshot.ts'
import { labelsKey } from './sum-calls.ts'

/**
 * What was counted between two snapshots of one gateway, the later of which is given first. Series in which nothing happened are left
 * out. Greatest values are as near as counts tell, and never below what they were.
 */
export function metricsSince(later: MetricsSnapshot, earlier: MetricsSnapshot): MetricsSnapshot {
  const calls = new Map(earlier.calls.map(series => [labelsKey(series), series]))
  const attempts = new Map(earlier.attempts.map(series => [keyOfAttempts(series), series]))
  return {
    ...later,
    startedAtMs: earlier.takenAtMs,
    calls: later.calls
      .map(series => callsSince(series, calls.get(labelsKey(series))))
      .filter(({ calls: count }) => count > 0),
    attempts: later.attempts
      .map(series => attemptsSince(series, attempts.get(keyOfAttempts(series))))
      .filter(({ attempts: count }) => count > 0),
    refusals: countsSince(later.refusals, earlier.refusals),
    ...(later.context && { context: contextSince(later.context, earlier.context) }),
  }
}

function contextSince(later: ContextMetrics, earlier: ContextMetrics | undefined): ContextMetrics {
  if (!earlier) return later
  return {
    calls: countsSince(later.calls, earlier.calls),
    faults: countsSince(later.faults, earlier.faults),
    cached: later.cached - earlier.cached,
    items: later.items - earlier.items,
    tokens: later.tokens - earlier.tokens,
  }
}

function keyOfAttempts({ provider, model, code }: AttemptMetrics): string {
  return JSON.stringify([provider, model, code])
}

function callsSince(later: CallMetrics, earlier: CallMetrics | undefined): CallMetrics {
  if (!earlier) return later
  return {
    ...later,
    calls: later.calls - earlier.calls,
    streams: later.streams - earlier.streams,
    errors: countsSince(later.errors, earlier.errors),
    durationSeconds: histogramSince(later.durationSeconds, earlier.durationSeconds),
    firstContentSeconds: histogramSince(later.firstContentSeconds, earlier.firstContentSeconds),
    promptTokens: histogramSince(later.promptTokens, earlier.promptTokens),
    completionTokens: histogramSince(later.completionTokens, earlier.completionTokens),
    cachedTokens: later.cachedTokens - earlier.cachedTokens,
    ...(later.cache && { cache: countsSince(later.cache, earlier.cache ?? {}) }),
    ...(later.idempotentReplays && {
      idempotentReplays: later.idempotentReplays - (earlier.idempotentReplays ?? 0),
    }),
    estimatedUsages: later.estimatedUsages - earlier.estimatedUsages,
    costUsd: difference(later.costUsd, earlier.costUsd),
    unknownCosts: later.unknownCosts - earlier.unknownCosts,
  }
}

function attemptsSince(later: AttemptMetrics, earlier: AttemptMetrics | undefined): AttemptMetrics {
  if (!earlier) return later
  return {
    ...later,
    attempts: later.attempts - earlier.attempts,
    durationSeconds: difference(later.durationSeconds, earlier.durationSeconds),
    failovers: later.failovers - earlier.failovers,
    retries: later.retries - earlier.retries,
  }
}

function countsSince(
  later: Readonly<Record<string, number>>,
  earlier: Readonly<Record<string, number>>,
): Record<string, number> {
  const grown = Object.entries(later).map(([name, count]) => [name, count - (earlier[name] ?? 0)] as const)
  return Object.fromEntries(grown.filter(([, count]) => count > 0))
}

/** Of sums that only grow; what floating point makes of them must not be below nothing. */
function difference(later: number, earlier: number): number {
  return Math.max(0, later - earlier)
}
