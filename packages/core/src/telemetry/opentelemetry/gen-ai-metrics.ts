import type { Attributes, Histogram, Meter, ObservableResult } from '@opentelemetry/api'
import type { Call, Outcome } from '../../contract.ts'
import { toGatewayError } from '../../errors.ts'
import type { Followed } from '../call-trace.ts'
import { BoundedNames, noName } from '../metrics/bounded-names.ts'
import { durationBounds, firstContentBounds, tokenBounds } from '../metrics/histogram.ts'
import type { AttemptMetrics, CallMetrics } from '../metrics/metrics-snapshot.ts'
import { usageOf } from '../report.ts'
import { targetsOfRoutes } from '../route-targets.ts'
import { type MetricName, metricNames, attributeNames as names } from '../semantic-conventions.ts'

/** Models and routes that callers name, told apart at most. */
const maxNames = 100

/**
 * The gateway's metrics in OpenTelemetry's words. How values are spread is recorded call by call; what is only counted is read from the
 * gateway's own metrics when somebody collects.
 */
export class GenAiMetrics {
  private readonly duration: Histogram
  private readonly firstToken: Histogram
  private readonly tokens: Histogram
  private readonly models: BoundedNames
  private readonly routes: BoundedNames
  private readonly providerNames: ReadonlyMap<string, string>
  private readonly stops: (() => void)[] = []

  constructor(meter: Meter, gateway: Followed) {
    this.duration = histogram(meter, metricNames.operationDuration, durationBounds)
    this.firstToken = histogram(meter, metricNames.timeToFirstToken, firstContentBounds)
    this.tokens = histogram(meter, metricNames.tokenUsage, tokenBounds)
    const targets = targetsOfRoutes(gateway.routes, gateway.providers)
    this.models = new BoundedNames(
      targets.map(({ model }) => model),
      maxNames,
    )
    this.routes = new BoundedNames(Object.keys(gateway.routes), maxNames)
    this.providerNames = new Map(gateway.providers.map(({ id, name }) => [id, name]))
    this.observeCounts(meter, gateway)
  }

  /** Records a call that has settled; `endedAt` is `performance.now()`. */
  ended(call: Call, outcome: Outcome, endedAt: number): void {
    const attributes = this.attributesOf(call, outcome)
    const usage = usageOf(call, outcome)
    if (usage) {
      this.tokens.record(usage.prompt_tokens, { ...attributes, [names.tokenType]: 'input' })
      this.tokens.record(usage.completion_tokens, { ...attributes, [names.tokenType]: 'output' })
    }
    if (outcome.firstFrameMs !== undefined) this.firstToken.record(outcome.firstFrameMs / 1_000, attributes)
    if (outcome.error !== undefined) attributes[names.errorType] = toGatewayError(outcome.error).code
    this.duration.record((endedAt - call.context.startedAt) / 1_000, attributes)
  }

  close(): void {
    for (const stop of this.stops.splice(0)) stop()
  }

  private attributesOf({ operation, context }: Call, { status }: Outcome): Attributes {
    const { target, route } = context
    const isServed = status === 'completed'
    return {
      [names.operationName]: operation,
      [names.providerName]: this.providerNameOf(target?.provider ?? noName),
      [names.provider]: target?.provider ?? noName,
      [names.requestModel]: this.models.labelOf(target?.model, isServed),
      [names.route]: this.routes.labelOf(route, isServed),
    }
  }

  private providerNameOf(provider: string): string {
    return this.providerNames.get(provider) ?? provider
  }

  private observeCounts(meter: Meter, { metrics }: Followed): void {
    const observe = (metric: MetricName, tell: (result: ObservableResult) => void): void => {
      const counter = meter.createObservableCounter(metric.name, options(metric))
      counter.addCallback(tell)
      this.stops.push(() => counter.removeCallback(tell))
    }
    const eachCall = (read: (series: CallMetrics) => number) => (result: ObservableResult) => {
      for (const series of metrics().calls) result.observe(read(series), this.callLabels(series))
    }
    const eachAttempt = (read: (series: AttemptMetrics) => number) => (result: ObservableResult) => {
      for (const series of metrics().attempts) result.observe(read(series), attemptLabels(series))
    }
    observe(
      metricNames.cost,
      eachCall(({ costUsd }) => costUsd),
    )
    observe(
      metricNames.unknownCosts,
      eachCall(({ unknownCosts }) => unknownCosts),
    )
    observe(
      metricNames.attempts,
      eachAttempt(({ attempts }) => attempts),
    )
    observe(
      metricNames.failovers,
      eachAttempt(({ failovers }) => failovers),
    )
    observe(metricNames.refusals, result => {
      for (const [code, count] of Object.entries(metrics().refusals)) result.observe(count, { [names.errorType]: code })
    })
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

function options({ unit, description }: MetricName): { readonly unit: string; readonly description: string } {
  return { unit, description }
}

function histogram(meter: Meter, metric: MetricName, bounds: readonly number[]): Histogram {
  return meter.createHistogram(metric.name, {
    ...options(metric),
    advice: { explicitBucketBoundaries: [...bounds] },
  })
}
