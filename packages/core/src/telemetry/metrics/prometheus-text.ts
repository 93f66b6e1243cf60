import type { KnownBudget } from '../../limits/budgets/known-budgets.ts'
import { attributeNames, type MetricName, metricNames } from '../semantic-conventions.ts'
import type { Histogram } from './histogram.ts'
import type { AttemptMetrics, CallMetrics, MetricsSnapshot } from './metrics-snapshot.ts'
import { type Family, type Labels, PrometheusLines, type Sample } from './prometheus-lines.ts'

/** What `prometheusText` is to be served as. */
export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8'

const breakerStates = ['closed', 'open', 'halfOpen'] as const

/**
 * A snapshot in Prometheus' text format 0.0.4. Metrics that OpenTelemetry has conventions for go by those names, translated as its
 * specification says; the others begin with `modelgate_`.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
export function prometheusText(snapshot: MetricsSnapshot): string {
  const lines = new PrometheusLines()
  addCalls(lines, snapshot)
  addAttempts(lines, snapshot)
  addContext(lines, snapshot)
  addBudgets(lines, snapshot)
  lines.add(counter(metricNames.refusals), each('error_type', snapshot.refusals))
  lines.add(gauge('modelgate_open_calls', 'Calls under way.'), one(snapshot.openCalls))
  const states = snapshot.targets.flatMap(({ target, operation, state }) =>
    breakerStates.map(name => ({
      labels: { modelgate_target: target, [labelNames.operation]: operation, state: name },
      value: name === state ? 1 : 0,
    })),
  )
  lines.add(gauge('modelgate_breaker_state', "1 for the state that a target's circuit breaker is in."), states)
  const startedAt = gauge('modelgate_start_time_seconds', 'When counting began, in seconds since the epoch.')
  lines.add(startedAt, one(snapshot.startedAtMs / 1_000))
  return lines.text
}

function addCalls(lines: PrometheusLines, { calls, providerNames }: MetricsSnapshot): void {
  const named = calls.map(series => ({ series, labels: labelsOf(series, providerNames) }))
  const spread = (of: (series: CallMetrics) => Histogram): Spread[] =>
    named.map(({ series, labels }) => ({ labels, histogram: of(series) }))

  lines.addHistogram(
    histogram(metricNames.operationDuration),
    spread(({ durationSeconds }) => durationSeconds),
  )
  lines.addHistogram(
    histogram(metricNames.timeToFirstChunk),
    spread(({ firstContentSeconds }) => firstContentSeconds).filter(({ histogram: { count } }) => count > 0),
  )
  const tokenType = prometheusName(attributeNames.tokenType)
  lines.addHistogram(
    histogram(metricNames.tokenUsage),
    named.flatMap(({ series: { promptTokens, completionTokens }, labels }) => [
      { labels: { ...labels, [tokenType]: 'input' }, histogram: promptTokens },
      { labels: { ...labels, [tokenType]: 'output' }, histogram: completionTokens },
    ]),
  )
  for (const [family, samplesOf] of callCounters()) {
    const samples = named.flatMap(({ series, labels }) =>
      samplesOf(series).map(sample => ({ labels: { ...labels, ...sample.labels }, value: sample.value })),
    )
    lines.add(family, samples)
  }
}

/** What is counted of calls, in the order in which it is written. */
function callCounters(): readonly (readonly [Family, (series: CallMetrics) => readonly Sample[]])[] {
  return [
    [total('modelgate_calls', 'Calls that have settled.'), ({ calls }) => one(calls)],
    [
      total('modelgate_call_errors', 'Calls that failed or whose caller left.'),
      ({ errors }) => each('error_type', errors),
    ],
    [total('modelgate_streams', 'Calls that asked for a stream.'), ({ streams }) => one(streams)],
    [
      total('modelgate_cached_tokens', 'Input tokens read from a prompt cache.'),
      ({ cachedTokens }) => one(cachedTokens),
    ],
    [
      total('modelgate_cache_answers', 'Calls for which a cache was asked, by what it said.'),
      ({ cache = {} }) => each('modelgate_cache', cache),
    ],
    [
      total('modelgate_idempotent_replays', 'Calls that got the answer of an earlier one of their key.'),
      ({ idempotentReplays }) => (idempotentReplays ? one(idempotentReplays) : []),
    ],
    [
      total('modelgate_estimated_usages', 'Calls whose tokens no upstream reported.'),
      ({ estimatedUsages }) => one(estimatedUsages),
    ],
    [total('modelgate_cost_usd', metricNames.cost.description), ({ costUsd }) => one(costUsd)],
    [counter(metricNames.unknownCosts), ({ unknownCosts }) => one(unknownCosts)],
  ]
}

function addAttempts(lines: PrometheusLines, { attempts }: MetricsSnapshot): void {
  const ofEach = (read: (series: AttemptMetrics) => number): Sample[] =>
    attempts.map(series => ({
      labels: { modelgate_provider: series.provider, gen_ai_request_model: series.model, code: series.code },
      value: read(series),
    }))
  lines.add(
    counter(metricNames.attempts),
    ofEach(series => series.attempts),
  )
  lines.add(
    counter(metricNames.failovers),
    ofEach(({ failovers }) => failovers),
  )
  lines.add(
    total('modelgate_retries', 'Attempts after which a call asked the same target again.'),
    ofEach(({ retries }) => retries),
  )
  lines.add(
    total('modelgate_attempt_duration_seconds', 'Time that attempts took, added up.'),
    ofEach(({ durationSeconds }) => durationSeconds),
  )
}

function addContext(lines: PrometheusLines, { context, contextSource }: MetricsSnapshot): void {
  if (context) {
    const { calls, faults, cached, items, tokens } = context
    lines.add(total('modelgate_context_calls', 'Chats, by what became of their context.'), each('status', calls))
    lines.add(
      total('modelgate_context_faults', 'Chats whose source of context could not be asked.'),
      each('reason', faults),
    )
    lines.add(total('modelgate_context_cached', 'Chats for which the source need not be asked.'), one(cached))
    lines.add(total('modelgate_context_items', 'Items added to prompts.'), one(items))
    lines.add(total('modelgate_context_tokens', 'Tokens added to prompts, estimated.'), one(tokens))
  }
  if (!contextSource) return
  const { source, breaker } = contextSource
  const states = breakerStates.map(state => ({ labels: { source, state }, value: state === breaker ? 1 : 0 }))
  lines.add(gauge('modelgate_context_breaker_state', "1 for the state that the source's breaker is in."), states)
}

function addBudgets(lines: PrometheusLines, { budgets = [] }: MetricsSnapshot): void {
  const ofEach = (read: (budget: KnownBudget) => number): Sample[] =>
    budgets.map(budget => ({ labels: budgetLabels(budget), value: read(budget) }))
  lines.add(
    gauge('modelgate_budget_limit_usd', metricNames.budgetLimit.description),
    ofEach(({ limitUsd }) => limitUsd),
  )
  lines.add(
    gauge('modelgate_budget_spent_usd', metricNames.budgetSpent.description),
    ofEach(({ spentUsd }) => spentUsd),
  )
}

function budgetLabels({ of, name, period }: KnownBudget): Labels {
  const { budgetOf, budgetHolder, budgetPeriod } = attributeNames
  return {
    [prometheusName(budgetOf)]: of,
    [prometheusName(budgetHolder)]: name,
    [prometheusName(budgetPeriod)]: period,
  }
}

function one(value: number): Sample[] {
  return [{ labels: {}, value }]
}

/** A sample for each of what is counted apart. */
function each(label: string, counts: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(counts).map(([name, value]) => ({ labels: { [label]: name }, value }))
}

interface Spread {
  readonly labels: Labels
  readonly histogram: Histogram
}

const labelNames = {
  operation: prometheusName(attributeNames.operationName),
  providerName: prometheusName(attributeNames.providerName),
  model: prometheusName(attributeNames.requestModel),
  provider: prometheusName(attributeNames.provider),
  route: prometheusName(attributeNames.route),
  tier: prometheusName(attributeNames.tier),
  tenant: prometheusName(attributeNames.tenant),
}

function labelsOf(series: CallMetrics, providerNames: MetricsSnapshot['providerNames']): Labels {
  const { provider } = series
  return {
    [labelNames.operation]: series.operation,
    [labelNames.providerName]: (Object.hasOwn(providerNames, provider) && providerNames[provider]) || provider,
    [labelNames.model]: series.model,
    [labelNames.provider]: provider,
    [labelNames.route]: series.route,
    [labelNames.tier]: series.tier,
    [labelNames.tenant]: series.tenant,
  }
}

function prometheusName(name: string): string {
  return name.replaceAll('.', '_')
}

/** A unit in braces annotates what is counted, and is left out. */
function withUnit({ name, unit }: MetricName): string {
  return prometheusName(name) + (unit === 's' ? '_seconds' : '')
}

const histogram = (metric: MetricName) => ({
  name: withUnit(metric),
  type: 'histogram' as const,
  help: metric.description,
})
const counter = (metric: MetricName) => total(withUnit(metric), metric.description)
const total = (name: string, help: string) => ({ name: `${name}_total`, type: 'counter' as const, help })
const gauge = (name: string, help: string) => ({ name, type: 'gauge' as const, help })
