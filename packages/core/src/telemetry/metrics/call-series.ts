import { asksForStream } from '../../asks-for-stream.ts'
import type { Call, Outcome } from '../../contract.ts'
import { toGatewayError } from '../../errors.ts'
import { cachedTokensOf } from '../../usage/reported-usage.ts'
import { isEstimated, knownCost, usageOf } from '../report.ts'
import { durationBounds, HistogramRecorder, tokenBounds } from './histogram.ts'
import type { CallLabels, CallMetrics } from './metrics-snapshot.ts'

/** Counts the calls of one combination of labels. */
export class CallSeries {
  readonly labels: CallLabels
  private calls = 0
  private streams = 0
  private cachedTokens = 0
  private estimatedUsages = 0
  private idempotentReplays = 0
  private costUsd = 0
  private unknownCosts = 0
  private readonly errors = new Map<string, number>()
  private cache: Map<string, number> | undefined
  private readonly duration = new HistogramRecorder(durationBounds)
  private readonly firstContent = new HistogramRecorder(durationBounds)
  private readonly promptTokens = new HistogramRecorder(tokenBounds)
  private readonly completionTokens = new HistogramRecorder(tokenBounds)

  constructor(labels: CallLabels) {
    this.labels = labels
  }

  count(call: Call, outcome: Outcome, endedAt: number): void {
    this.calls += 1
    if (asksForStream(call.request)) this.streams += 1
    if (outcome.error !== undefined) addTo(this.errors, toGatewayError(outcome.error).code)
    this.duration.record((endedAt - call.context.startedAt) / 1_000)
    if (outcome.firstFrameMs !== undefined) this.firstContent.record(outcome.firstFrameMs / 1_000)
    if (call.context.cache) {
      this.cache ??= new Map()
      addTo(this.cache, call.context.cache)
    }
    if (call.context.isIdempotentReplay) this.idempotentReplays += 1
    this.countUsage(call, outcome)
    const costUsd = call.context.callerCredentials ? 0 : knownCost(call)
    if (costUsd === null) this.unknownCosts += 1
    else this.costUsd += costUsd
  }

  snapshot(): CallMetrics {
    const { calls, streams, cachedTokens, estimatedUsages, idempotentReplays, costUsd, unknownCosts } = this
    return {
      ...this.labels,
      calls,
      streams,
      errors: Object.fromEntries(this.errors),
      durationSeconds: this.duration.snapshot(),
      firstContentSeconds: this.firstContent.snapshot(),
      promptTokens: this.promptTokens.snapshot(),
      completionTokens: this.completionTokens.snapshot(),
      cachedTokens,
      ...(this.cache && { cache: Object.fromEntries(this.cache) }),
      ...(idempotentReplays > 0 && { idempotentReplays }),
      estimatedUsages,
      costUsd,
      unknownCosts,
    }
  }

  private countUsage(call: Call, outcome: Outcome): void {
    const usage = usageOf(call, outcome)
    if (!usage) return
    this.promptTokens.record(usage.prompt_tokens)
    this.completionTokens.record(usage.completion_tokens)
    this.cachedTokens += cachedTokensOf(usage) ?? 0
    if (isEstimated(call, outcome)) this.estimatedUsages += 1
  }
}

/** Adds one to what a name has been counted. */
export function addTo(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}
