import type { PriceFigures } from './cost-of.ts'
import type { ModelPrice, PriceTerms } from './model-price.ts'

/** A price as an operator gives it: at whatever terms a call is made, these figures count. */
export type ConfiguredPrice = PriceFigures & {
  readonly source?: ModelPrice['source'] | undefined
  readonly asOf?: ModelPrice['asOf'] | undefined
}

/** Prices by target (`bedrock/us.amazon.nova-lite-v1:0`) or by an upstream's bare model id; a target's own comes first. */
export type ConfiguredPrices = Readonly<Record<string, ConfiguredPrice>>

/** Whose price is asked for, and at which terms. */
export interface PriceQuestion {
  /** `provider id/upstream model`. */
  readonly target: string
  readonly provider: string
  readonly model: string
  readonly terms: PriceTerms
}

/** What is charged; `undefined` where that is not known. */
export type PriceBook = (question: PriceQuestion) => PriceFigures | undefined

interface Priced {
  readonly id: string
  priceOf?(model: string, terms: PriceTerms): ModelPrice | undefined
}

/** The operator's prices, then the providers' own. */
export function priceBook(configured: ConfiguredPrices, providers: readonly Priced[]): PriceBook {
  const own = new Map(Object.entries(configured))
  const byId = new Map(providers.map(provider => [provider.id, provider]))
  return ({ target, provider, model, terms }) => {
    try {
      return own.get(target) ?? own.get(model) ?? byId.get(provider)?.priceOf?.(model, terms)
    } catch {
      // The answer is there, and paid for: a provider that fails to say its price must not take it from its caller.
      return undefined
    }
  }
}
