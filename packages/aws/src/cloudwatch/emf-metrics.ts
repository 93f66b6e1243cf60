import { type Histogram, type MetricsSnapshot, statusOfCode } from '@modelgate/core'
import type { BudgetMetric, EmfUnit, GatewayMetric } from './gateway-metrics.ts'

/** One metric of a line: one value, or up to {@link mostValues}. */
export interface EmfMetric {
  readonly name: GatewayMetric | BudgetMetric
  readonly unit: EmfUnit
  readonly values: readonly number[]
}

/** What one metric of one line may have. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const mostValues = 100

/** Callers whose credentials were not taken. */
const authCodes: ReadonlySet<string> = new Set(['unauthenticated', 'permission_denied'])

/** What was counted since the last line, as CloudWatch's metrics; `latest` is what it adds up to, for what is no difference. */
export function emfMetrics(since: MetricsSnapshot, latest: MetricsSnapshot = since): EmfMetric[] {
  const { calls, attempts, refusals } = since
  const sum = <T>(rows: readonly T[], read: (row: T) => number): number =>
    rows.reduce((before, row) => before + read(row), 0)
  const count = (name: GatewayMetric, value: number): EmfMetric => ({ name, unit: 'Count', values: [value] })
  const total = <T>(name: GatewayMetric, rows: readonly T[], read: (row: T) => number): EmfMetric =>
    count(name, sum(rows, read))
  const errors = calls.flatMap(series => Object.entries(series.errors))
  const errorsOf = (isOurs: boolean): number =>
    sum(errors, ([code, times]) => (statusOfCode(code) >= 500 === isOurs ? times : 0))
  const refused = Object.entries(refusals)
  return [
    total('Calls', calls, series => series.calls),
    count('ServerErrors', errorsOf(true)),
    count('ClientErrors', errorsOf(false)),
    total('AuthenticationFailures', refused, ([code, times]) => (authCodes.has(code) ? times : 0)),
    total('RateLimited', refused, ([code, times]) => (code === 'rate_limited' ? times : 0)),
    total('Attempts', attempts, series => series.attempts),
    total('Failovers', attempts, ({ failovers }) => failovers),
    total('Retries', attempts, ({ retries }) => retries),
    total('PromptTokens', calls, ({ promptTokens }) => promptTokens.sum),
    total('CompletionTokens', calls, ({ completionTokens }) => completionTokens.sum),
    total('CachedTokens', calls, ({ cachedTokens }) => cachedTokens),
    total('CacheHits', calls, ({ cache }) => cache?.hit ?? 0),
    total('CacheMisses', calls, ({ cache }) => cache?.miss ?? 0),
    { name: 'CostUsd', unit: 'None', values: [rounded(sum(calls, ({ costUsd }) => costUsd))] },
    total('UnknownCosts', calls, ({ unknownCosts }) => unknownCosts),
    count('OpenCalls', latest.openCalls),
    count('OpenBreakers', latest.targets.filter(({ state }) => state !== 'closed').length),
    ...spread(
      'Latency',
      calls.map(({ durationSeconds }) => durationSeconds),
    ),
    ...spread(
      'TimeToFirstContent',
      calls.map(({ firstContentSeconds }) => firstContentSeconds),
    ),
  ]
}

/** Milliseconds; left out where there are none. */
function spread(name: GatewayMetric, histograms: readonly Histogram[]): EmfMetric[] {
  const buckets = histograms.flatMap(({ counts, sums }) =>
    counts.flatMap((held, at) => (held > 0 ? [{ held, mean: rounded(((sums[at] ?? 0) / held) * 1_000) }] : [])),
  )
  const values = sampled(buckets)
  return values.length > 0 ? [{ name, unit: 'Milliseconds', values }] : []
}

interface Bucket {
  readonly held: number
  readonly mean: number
}

/**
 * Every value, as its bucket's mean; where there are more than a line may have, as many of each as keep their shares. A single value in its
 * bucket stands as it was.
 */
function sampled(buckets: readonly Bucket[]): number[] {
  const all = buckets.toSorted((a, b) => a.mean - b.mean)
  const total = all.reduce((sum, { held }) => sum + held, 0)
  const wanted = Math.min(total, mostValues)
  const values: number[] = []
  let below = 0
  for (const { held, mean } of all) {
    below += held
    const upTo = Math.round((below / total) * wanted)
    while (values.length < upTo) values.push(mean)
  }
  return values
}

/** Without the noise of floating point in its last digits. */
function rounded(value: number): number {
  return Number(value.toPrecision(12))
}
