import type { Attributes, BatchObservableResult, Counter, Histogram, Meter, ObservableGauge } from '@opentelemetry/api'
import type { Call, Outcome } from '../../contract.ts'
import { toGatewayError } from '../../errors.ts'
import type { KnownBudget } from '../../limits/budgets/known-budgets.ts'
import type { Followed } from '../call-follower.ts'
import { BoundedNames, noName, routeOf } from '../metrics/bounded-names.ts'
import { durationBounds, tokenBounds } from '../metrics/histogram.ts'
import { metricsSince } from '../metrics/metrics-since.ts'
import type { AttemptMetrics, CallMetrics, MetricsSnapshot } from '../metrics/metrics-snapshot.ts'
import { usageOf } from '../report.ts'
import { targetsOfRoutes } from '../route-targets.ts'
import { type MetricName, metricNames, attributeNames as names } from '../semantic-conventions.ts'

type CounterName = 'cost' | 'unknownCosts' | 'attempts' | 'failovers' | 'refusals'

/** Models and routes that callers name, told apart at most. */
const maxNames = 100

/** Tells nothing, and so is not exported: the SDK asks it whenever somebody collects. */
const collection = 'modelgate.collection'

/**
 * The gateway's metrics in OpenTelemetry's words. How values are spread is recorded call by call; what is only counted is read from the
 * gateway's own metrics when somebody collects, and added to what other gateways have counted under the same names.
 */
export class GenAiMetrics {
  private readonly duration: Histogram
  private readonly firstChunk: Histogram
  private readonly tokens: Histogram
  private readonly models: BoundedNames
  private readonly routes: BoundedNames
  private readonly providerNames: ReadonlyMap<string, string>
  private readonly counters: Readonly<Record<CounterName, Counter>>
  private readonly budgetLimit: ObservableGauge
  private readonly budgetSpent: ObservableGauge
  private readonly read: () => MetricsSnapshot
  private readonly stop: () => void
  private last: MetricsSnapshot

  constructor(meter: Meter, gateway: Followed) {
    this.duration = histogram(meter, metricNames.operationDuration, durationBounds)
    this.firstChunk = histogram(meter, metricNames.timeToFirstChunk, durationBounds)
    this.tokens = histogram(meter, metricNames.tokenUsage, tokenBounds)
    const targets = targetsOfRoutes(gateway.routes, gateway.providers)
    this.models = new BoundedNames(
      targets.map(({ model }) => model),
      maxNames,
    )
    this.routes = new BoundedNames(Object.keys(gateway.routes), maxNames)
    this.providerNames = new Map(gateway.providers.map(({ id, name }) => [id, name]))
    const counter = (name: CounterName): Counter =>
      meter.createCounter(metricNames[name].name, options(metricNames[name]))
    this.counters = {
      cost: counter('cost'),
      unknownCosts: counter('unknownCosts'),
      attempts: counter('attempts'),
      failovers: counter('failovers'),
      refusals: counter('refusals'),
    }
    this.read = gateway.metrics
    this.last = gateway.metrics()
    this.budgetLimit = gauge(meter, metricNames.budgetLimit)
    this.budgetSpent = gauge(meter, metricNames.budgetSpent)
    const observed = [meter.createObservableCounter(collection), this.budgetLimit, this.budgetSpent]
    const onCollect = (result: BatchObservableResult): void => {
      this.addCounts()
      this.observeBudgets(result)
    }
    meter.addBatchObservableCallback(onCollect, observed)
    this.stop = () => meter.removeBatchObservableCallback(onCollect, observed)
  }

  /** Records a call that has settled; `endedAt` is `performance.now()`. */
  ended(call: Call, outcome: Outcome, endedAt: number): void {
    const attributes = this.attributesOf(call, outcome)
    const usage = usageOf(call, outcome)
    if (usage) {
      this.tokens.record(usage.prompt_tokens, { ...attributes, [names.tokenType]: 'input' })
      this.tokens.record(usage.completion_tokens, { ...attributes, [names.tokenType]: 'output' })
    }
    if (outcome.firstFrameMs !== undefined) this.firstChunk.record(outcome.firstFrameMs / 1_000, attributes)
    if (outcome.error !== undefined) attributes[names.errorType] = toGatewayError(outcome.error).code
    this.duration.record((endedAt - call.context.startedAt) / 1_000, attributes)
  }

  /** Adds what nobody has collected yet. */
  close(): void {
    this.addCounts()
    this.stop()
  }

  private attributesOf(call: Call, { status }: Outcome): Attributes {
    const { target } = call.context
    const route = routeOf(call, this.routes)
    const isServed = status === 'completed'
    return {
      [names.operationName]: call.operation,
      [names.providerName]: this.providerNameOf(target?.provider ?? noName),
      [names.provider]: target?.provider ?? noName,
      [names.requestModel]: this.models.labelOf(target?.model, isServed),
      [names.route]: route === noName ? noName : this.routes.labelOf(route, isServed),
    }
  }

  private providerNameOf(provider: string): string {
    return this.providerNames.get(provider) ?? provider
  }

  /** What was counted since the last time. Observed sums would be one gateway's where two say the same of themselves. */
  private addCounts(): void {
    const latest = this.read()
    const { calls, attempts, refusals } = metricsSince(latest, this.last)
    this.last = latest
    const { counters } = this
    for (const series of calls) {
      const labels = this.callLabels(series)
      counters.cost.add(series.costUsd, labels)
      counters.unknownCosts.add(series.unknownCosts, labels)
    }
    for (const series of attempts) {
      const labels = attemptLabels(series)
      counters.attempts.add(series.attempts, labels)
      counters.failovers.add(series.failovers, labels)
    }
    for (const [code, count] of Object.entries(refusals)) counters.refusals.add(count, { [names.errorType]: code })
  }

  private observeBudgets(result: BatchObservableResult): void {
    for (const budget of this.last.budgets ?? []) {
      const labels = budgetLabels(budget)
      result.observe(this.budgetLimit, budget.limitUsd, labels)
      result.observe(this.budgetSpent, budget.spentUsd, labels)
    }
  }

  private callLabels(series: CallMetrics): Attributes {
    return {
      [names.operationName]: series.operation,
      [names.providerName]: this.providerNameOf(series.provider),
      [names.provider]: series.provider,
      [names.requestModel]: series.model,
      [names.route]: series.route,
      [names.tier]: series.tier,
      [names.tenant]: series.tenant,
    }
  }
}

function attemptLabels({ provider, model, code }: AttemptMetrics): Attributes {
  return { [names.provider]: provider, [names.requestModel]: model, [names.code]: code }
}

function budgetLabels({ of, name, period }: KnownBudget): Attributes {
  return { [names.budgetOf]: of, [names.budgetHolder]: name, [names.budgetPeriod]: period }
}

function gauge(meter: Meter, metric: MetricName): ObservableGauge {
  return meter.createObservableGauge(metric.name, options(metric))
}

function options({ unit, description }: MetricName): { readonly unit: string; readonly description: string } {
  return { unit, description }
}

function histogram(meter: Meter, metric: MetricName, bounds: readonly number[]): Histogram {
  return meter.createHistogram(metric.name, {
    ...options(metric),
    advice: { explicitBucketBoundaries: [...bounds] },
  })
}
