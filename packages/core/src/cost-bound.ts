import { askedTier } from './asked-tier.ts'
import type { Call } from './contract.ts'
import { costOf, type PriceFigures } from './cost/cost-of.ts'
import type { TokenPrices } from './cost/model-price.ts'
import type { PriceBook } from './cost/price-book.ts'
import type { CostBound } from './limits/budgets/budget-calls.ts'
import type { UsageBound } from './limits/token-bound.ts'
import { type Target, targetName } from './target.ts'

/** What the most that a call can cost is reckoned from. */
interface CostBoundOptions {
  readonly priceOf: PriceBook
  /** The targets that a call may be tried at. */
  readonly targetsOf: (call: Call) => readonly Target[]
  /** Tiers at which a request may be billed at a target, beside the one that it asks for. Default: none. */
  readonly dearerTiersOf?: ((target: Target, request: Call['request']) => readonly string[]) | undefined
}

/** The most that a call can cost: at each target that it may reach, all of its tokens at the dearest price that any of them may have. */
export function costBound({
  priceOf,
  targetsOf,
  dearerTiersOf,
}: CostBoundOptions): (call: Call, bound: UsageBound) => CostBound {
  return (call, bound) => {
    let usd = 0
    let unpriced: string | undefined
    for (const target of targetsOf(call)) {
      for (const tier of tiersOf(call, dearerTiersOf?.(target, call.request))) {
        const cost = costAt(priceOf, { target, bound, tier })
        if (cost !== undefined) usd = Math.max(usd, cost)
        else
          unpriced ??= tier === undefined ? targetName(target) : `${targetName(target)} at the service tier '${tier}'`
      }
    }
    return { usd, unpriced }
  }
}

/** The most that a batch can cost, by the price of batches. */
export function batchCostBound(priceOf: PriceBook): (target: Target, bound: UsageBound) => CostBound {
  return (target, bound) => {
    const { provider, model } = target
    const priced = (batch: boolean): number | undefined => {
      const price = priceOf({ target: targetName(target), provider, model, terms: { batch } })
      return price && boundAt(price, bound)
    }
    const usd = priced(true)
    // A batch is not dearer than its calls.
    return usd === undefined ? { usd: priced(false) ?? 0, unpriced: targetName(target) } : { usd, unpriced: undefined }
  }
}

/** The tiers at which a call may be billed: the usual one, to which upstreams fall back; the one asked for; and dearer ones that something else may bring about. */
function tiersOf({ request }: Call, dearer: readonly string[] = []): readonly (string | undefined)[] {
  const asked = askedTier(request)
  return [undefined, ...(asked === undefined ? [] : [asked]), ...dearer]
}

interface Question {
  readonly target: Target
  readonly bound: UsageBound
  readonly tier: string | undefined
}

function costAt(priceOf: PriceBook, { target, bound, tier }: Question): number | undefined {
  const { provider, model } = target
  const price = priceOf({ target: targetName(target), provider, model, terms: { serviceTier: tier } })
  return price && boundAt(price, bound)
}

/** `undefined` where a figure that is needed is missing, or none. */
function boundAt(price: PriceFigures, { promptTokens, completionTokens }: UsageBound): number | undefined {
  const plain = costOf({ prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: 0 }, price)
  if (plain === null) return undefined
  const { longPrompt } = price
  const rates = longPrompt && promptTokens > longPrompt.aboveTokens ? [price, longPrompt] : [price]
  const perPrompt = Math.max(...rates.flatMap(promptRates))
  const perCompletion = Math.max(...rates.flatMap(completionRates))
  const usd = (promptTokens * perPrompt + completionTokens * perCompletion) / 1_000_000
  // Providers are others', too: a bound that is no number would fit every budget, and make each later sum none.
  return usd < Number.POSITIVE_INFINITY && Math.min(...rates.flatMap(figuresOf)) >= 0 ? usd : undefined
}

function figuresOf(prices: TokenPrices): number[] {
  return [...promptRates(prices), ...completionRates(prices)]
}

function promptRates({ input, cacheRead, cacheWrite, cacheWrite1h, audioInput }: TokenPrices): number[] {
  return [input, cacheRead ?? 0, cacheWrite ?? 0, cacheWrite1h ?? 0, audioInput ?? 0]
}

function completionRates({ output, audioOutput }: TokenPrices): number[] {
  return [output ?? 0, audioOutput ?? 0]
}
