import type { OpenAttempt } from '../attempt.ts'
import type { Call, Middleware, Outcome, Result } from '../contract.ts'
import { abortError, isGatewayError } from '../errors.ts'
import { failedOutcome } from '../outcome.ts'
import type { Spending } from '../spending.ts'
import { type AttemptEnd, attemptUsage, type EstimateBasis, estimateBasis } from '../usage/attempt-usage.ts'
import { costOf } from './cost-of.ts'
import { formatUsd } from './format-usd.ts'
import type { PriceBook, PriceQuestion } from './price-book.ts'

export interface CostMeterOptions {
  readonly priceOf: PriceBook
  /** Told of each attempt that cost something, nobody knows how much. */
  readonly onUnknownPrice?: ((question: PriceQuestion, callId: string) => void) | undefined
}

/** A whole answer has settled when it comes. One that has not is not waited for. */
const late = Promise.resolve()

/** Told with every answer that is no stream, and with errors after attempts that cost. */
const costHeader = 'x-modelgate-cost-usd'

/**
 * A layer of the attempt, between router and provider: what it used and what that cost, reported or estimated, into its outcome,
 * its record and the call's spending. A failed attempt that produced tokens costs; one that its upstream refused costs nothing.
 */
export function costMeter({ priceOf, onUnknownPrice }: CostMeterOptions): Middleware {
  return async (call, next) => {
    const meter = new AttemptMeter(call, { priceOf, onUnknownPrice })
    try {
      const result = await next(call)
      const outcome = result.kind === 'stream' ? undefined : await Promise.race([result.settled, late])
      if (!outcome) {
        delete call.context.answerHeaders[costHeader]
        return { ...result, settled: meter.settles(result.settled, estimateBasis(call)) }
      }
      const completion = completionOf(result)
      const metered = meter.count({ outcome, elapsedMs: meter.elapsedMs, completion }, () => estimateBasis(call))
      tellCost(call, 0)
      return { ...result, settled: Promise.resolve(metered) }
    } catch (error) {
      // Clients throw errors of their own when they are aborted, which say nothing of an upstream at work.
      const shown = call.signal.aborted ? abortError(call.signal) : error
      const outcome = failedOutcome(shown, { usage: isGatewayError(error) ? error.usage : undefined })
      meter.count({ outcome, elapsedMs: meter.elapsedMs }, () => estimateBasis(call))
      tellCost(call, Number.MIN_VALUE)
      throw error
    }
  }
}

function completionOf(result: Result<Call['operation']>): AttemptEnd['completion'] {
  return result.kind === 'completion' ? result.completion.value : undefined
}

function tellCost({ context: { answerHeaders, spending } }: Call, fromUsd: number): void {
  if (spending.costUsd !== null && spending.costUsd >= fromUsd) answerHeaders[costHeader] = formatUsd(spending.costUsd)
  else delete answerHeaders[costHeader]
}

/** Keeps nothing of the request: a prompt may be as large as all its stream. */
class AttemptMeter {
  private readonly options: CostMeterOptions
  private readonly startedAt = performance.now()
  private readonly attempt: OpenAttempt | undefined
  private readonly spending: Spending
  private readonly callId: string
  private readonly droppedParams: ReadonlySet<string>
  private readonly question: PriceQuestion

  constructor({ request, context }: Call, options: CostMeterOptions) {
    this.options = options
    this.attempt = context.attempt
    this.spending = context.spending
    this.callId = context.callId
    this.droppedParams = context.droppedParams
    const { provider = '', model = request.model } = context.target ?? {}
    const target = context.attempt?.target ?? `${provider}/${model}`
    this.question = { target, provider, model, terms: { serviceTier: tierOf(request) } }
  }

  get elapsedMs(): number {
    return performance.now() - this.startedAt
  }

  settles(settled: Promise<Outcome>, basis: EstimateBasis): Promise<Outcome> {
    return settled.then(outcome => this.count({ outcome, elapsedMs: this.elapsedMs }, () => basis))
  }

  /** The outcome with usage and cost; the record and the spending have them, too. */
  count(end: AttemptEnd & { readonly outcome: Outcome }, basis: () => EstimateBasis): Outcome {
    const { usage, usageSource } = attemptUsage(end, basis)
    const costUsd = usage ? this.costOf(usage, end.outcome.serviceTier) : 0
    const { attempt, spending } = this
    if (attempt) attempt.costUsd = costUsd
    spending.usage = usage
    if (usage) {
      spending.tokens += usage.prompt_tokens + usage.completion_tokens
      if (usageSource === 'estimated') spending.usageSource = 'estimated'
    }
    spending.costUsd = costUsd === null || spending.costUsd === null ? null : spending.costUsd + costUsd
    return { ...end.outcome, usage, usageSource, costUsd }
  }

  private costOf(usage: NonNullable<Outcome['usage']>, answeredBy: string | undefined): number | null {
    const question = this.questionAt(answeredBy)
    const price = this.options.priceOf(question)
    const costUsd = price ? costOf(usage, price) : null
    if (costUsd === null) this.options.onUnknownPrice?.(question, this.callId)
    return costUsd
  }

  /** A tier that the upstream was not told of is not the one it served. */
  private questionAt(answeredBy: string | undefined): PriceQuestion {
    if (answeredBy === undefined && !this.droppedParams.has('service_tier')) return this.question
    return { ...this.question, terms: { serviceTier: answeredBy } }
  }
}

/** Longer than any tier: callers may say anything, and it is told in errors. */
const longestTier = 64

/** `auto` leaves it to the upstream, which then says what it was. */
function tierOf(request: object): string | undefined {
  const tier: unknown = Reflect.get(request, 'service_tier')
  return typeof tier === 'string' && tier !== 'auto' ? tier.slice(0, longestTier) : undefined
}
