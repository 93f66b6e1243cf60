import { askedTier } from '../asked-tier.ts'
import type { OpenAttempt } from '../attempt.ts'
import type { Call, CallContext, Middleware, Outcome, Payload, Result } from '../contract.ts'
import { abortError, type GatewayError, isGatewayError } from '../errors.ts'
import { type AnswerFacts, failedOutcome, knownOutcome, type SettledUsage, settledAs } from '../outcome.ts'
import type { Spending } from '../spending.ts'
import { attemptUsage, type EstimateBasis, estimateBasis } from '../usage/attempt-usage.ts'
import { reportedUsage } from '../usage/reported-usage.ts'
import type { ChatCompletion } from '../wire/chat-completion.ts'
import { costOf } from './cost-of.ts'
import { formatUsd } from './format-usd.ts'
import type { PriceBook, PriceQuestion } from './price-book.ts'

/** Where prices come from, and who is told of one that is missing. */
export interface CostMeterOptions {
  readonly priceOf: PriceBook
  /** Told of each attempt that cost something, nobody knows how much. */
  readonly onUnknownPrice?: ((question: PriceQuestion, callId: string) => void) | undefined
}

/** Told with every answer that is no stream, and with errors after attempts that cost. */
const costHeader = 'x-modelgate-cost-usd'

/**
 * A layer of the attempt, between router and provider: what it used and what that cost, reported or estimated, into its outcome,
 * its record and the call's spending. A failed attempt that produced tokens costs; one that its upstream refused costs nothing.
 */
export function costMeter(options: CostMeterOptions): Middleware {
  return (call, next) => {
    const meter = new AttemptMeter(call, options)
    return next(call).then(
      result => {
        if (!isResult(result)) throw noResult(call.context)
        const outcome = knownOutcome(result)
        if (!outcome) {
          forgetCost(call.context)
          const settled = meter.settles(result.settled, estimateBasis(call))
          return { ...result, settled }
        }
        const metered = meter.count(outcome, () => estimateBasis(call), completionOf(result))
        tellCost(call.context, 0)
        return { ...result, settled: settledAs(metered) }
      },
      (error: unknown) => {
        // Clients throw errors of their own when they are aborted, which say nothing of an upstream at work.
        const shown = call.signal.aborted ? abortError(call.signal) : error
        const outcome = failedOutcome(shown, isGatewayError(error) ? spentOf(error) : undefined)
        call.context.failedAttempt = meter.count(outcome, () => estimateBasis(call))
        tellCost(call.context, Number.MIN_VALUE)
        throw error
      },
    )
  }
}

/** The types say the same, to whoever is checked by them. */
function isResult(result: Partial<Result<Call['operation']>> | undefined): boolean {
  return result?.settled !== undefined
}

function noResult({ target }: CallContext): TypeError {
  const what = "its handlers give { kind: 'completion', completion: { value }, settled }, or streamResult()"
  return new TypeError(`The provider '${target?.provider}' gave no result of a call; ${what}.`)
}

function completionOf(result: Result<Call['operation']>): Payload<ChatCompletion> | undefined {
  return result.kind === 'completion' ? result.completion : undefined
}

function spentOf({ usage, usageSource, unpriced, promptsSent }: GatewayError): AnswerFacts {
  return { usage, usageSource, unpriced, promptsSent: () => promptsSent }
}

type Telling = Pick<CallContext, 'answerHeaders' | 'spending'>

function tellCost({ answerHeaders, spending }: Telling, fromUsd: number): void {
  if (spending.costUsd !== null && spending.costUsd >= fromUsd) answerHeaders[costHeader] = formatUsd(spending.costUsd)
  else forgetCost({ answerHeaders })
}

/** An earlier attempt's. An object that has lost a member is slow from then on. */
function forgetCost({ answerHeaders }: Pick<Telling, 'answerHeaders'>): void {
  if (costHeader in answerHeaders) delete answerHeaders[costHeader]
}

/** Keeps nothing of the request: a prompt may be as large as all its stream. */
class AttemptMeter {
  private readonly options: CostMeterOptions
  private readonly startedAt = performance.now()
  private readonly callStartedAt: number
  private readonly attempt: OpenAttempt | undefined
  private readonly spending: Spending
  private readonly answerHeaders: Telling['answerHeaders']
  private readonly callId: string
  /** Until it has answered: they are known then. */
  private droppedParams: ReadonlySet<string> | undefined
  private hasDroppedTier = false
  private readonly question: PriceQuestion

  constructor({ request, context }: Call, options: CostMeterOptions) {
    this.options = options
    this.attempt = context.attempt
    this.spending = context.spending
    this.answerHeaders = context.answerHeaders
    this.callId = context.callId
    this.callStartedAt = context.startedAt
    this.droppedParams = context.droppedParams
    const { provider = '', model = request.model } = context.target ?? {}
    const target = context.attempt?.target ?? `${provider}/${model}`
    const { callerCredentials } = context
    this.question = { target, provider, model, terms: { serviceTier: askedTier(request), callerCredentials } }
  }

  settles(settled: Promise<Outcome>, basis: EstimateBasis): Promise<Outcome> {
    this.hasDroppedTier = this.droppedParams?.has('service_tier') === true
    this.droppedParams = undefined
    return settled.then(outcome => {
      const { answerHeaders, spending } = this
      const metered = this.count(outcome, () => basis)
      // One that broke before its content may be the last: its caller is told by a status then, and of the cost with it.
      if (metered.status !== 'completed') tellCost({ answerHeaders, spending }, Number.MIN_VALUE)
      return metered
    })
  }

  /** The outcome with usage and cost; the record and the spending have them, too. */
  count(outcome: Outcome, basis: () => EstimateBasis, completion?: Payload<ChatCompletion>): Outcome {
    const reported = reportedUsage(outcome.usage)
    const { usage, usageSource } = reported
      ? { usage: reported, usageSource: outcome.usageSource }
      : this.estimate(outcome, basis, completion)
    const tokensUsd = usage ? this.costOf(usage, outcome) : 0
    const costUsd = outcome.unpriced ? null : tokensUsd
    const { attempt, spending } = this
    if (attempt) attempt.costUsd = costUsd
    spending.usage = usage ?? spending.usage
    if (usage) {
      spending.tokens += usage.prompt_tokens + usage.completion_tokens
      if (usageSource === 'estimated') spending.usageSource = 'estimated'
    }
    spending.costUsd = costUsd === null || spending.costUsd === null ? null : spending.costUsd + costUsd
    return { ...outcome, usage, usageSource, costUsd }
  }

  private estimate(
    outcome: Outcome,
    basis: () => EstimateBasis,
    completion: Payload<ChatCompletion> | undefined,
  ): SettledUsage {
    const elapsedMs = performance.now() - this.startedAt
    const { firstFrameMs } = outcome
    const silentMs = firstFrameMs && this.callStartedAt + firstFrameMs - this.startedAt
    return attemptUsage({ outcome, elapsedMs, silentMs, completion: completion?.value }, basis)
  }

  private costOf(usage: NonNullable<Outcome['usage']>, { serviceTier, promptsSent }: Outcome): number | null {
    const question = this.questionAt(serviceTier)
    const price = this.options.priceOf(question)
    const costUsd = price ? costOf(usage, price, promptsSent) : null
    // What callers pay themselves is no worry of the operator's.
    if (costUsd === null && !question.terms.callerCredentials) this.options.onUnknownPrice?.(question, this.callId)
    return costUsd
  }

  /** A tier that the upstream was not told of is not the one it served. */
  private questionAt(answeredBy: string | undefined): PriceQuestion {
    const hasDroppedTier = this.droppedParams?.has('service_tier') ?? this.hasDroppedTier
    if (answeredBy === undefined && !hasDroppedTier) return this.question
    return { ...this.question, terms: { ...this.question.terms, serviceTier: answeredBy } }
  }
}
