import { askedTier } from './asked-tier.ts'
import { costOf } from './cost/cost-of.ts'
import type { PriceBook } from './cost/price-book.ts'
import type { TargetCost } from './router/strategies/least-cost.ts'

/** What usage costs at a target by the gateway's prices, at the service tier that the request asks for. */
export function targetCost(priceOf: PriceBook): TargetCost {
  return ({ name, target: { provider, model } }, usage, request) => {
    const price = priceOf({ target: name, provider, model, terms: { serviceTier: askedTier(request) } })
    return price ? costOf(usage, price) : null
  }
}
