import { type ModelPrice, type PriceTerms, type Provider, scaledPrice } from '@modelgate/core'
import { type PriceRow, priceTable } from './price-table.ts'

/** So many models are remembered; then all are forgotten: callers choose model ids. */
const maxRemembered = 500

/** OpenAI's regional hosts charge more for some models, and Azure has prices of its own. */
const otherPrices = /(?:\.api\.openai\.com|\.azure\.com|\.azure\.us)$/i

/** Whether OpenAI's own models answer at a base URL, and not an Azure deployment of any name. */
export function isOpenAIHost(baseURL: string): boolean {
  return URL.canParse(baseURL) && !/\.azure\.(?:com|us)$/i.test(new URL(baseURL).hostname)
}

/** The prices at a base URL, which is asked for at the first price. Behind one that is not known stands OpenAI: a proxy. */
export function pricesAt(baseURL: () => string): NonNullable<Provider['priceOf']> {
  let prices: NonNullable<Provider['priceOf']> | undefined
  return (model, terms) => {
    prices ??= hasOtherPrices(baseURL()) ? () => undefined : createPrices()
    return prices(model, terms)
  }
}

function hasOtherPrices(baseURL: string): boolean {
  return URL.canParse(baseURL) && otherPrices.test(new URL(baseURL).hostname)
}

/**
 * OpenAI's price of a model of its own at some terms, or `undefined` where it is not known. Fine-tuned ids (`ft:gpt-4o-mini:acme::x`)
 * have their base's row, dated ids that of their alias unless they have one.
 */
function createPrices(): (model: string, terms: PriceTerms) => ModelPrice | undefined {
  const remembered = new Map<string, ModelPrices>()
  return (model, { serviceTier = 'default', batch = false }) => {
    let prices = remembered.get(model)
    if (!prices) {
      prices = new ModelPrices(rowOf(model))
      if (remembered.size >= maxRemembered) remembered.clear()
      remembered.set(model, prices)
    }
    return prices.at(serviceTier, batch)
  }
}

/** What one model costs, worked out once for each of its terms: callers may ask for any. */
class ModelPrices {
  private readonly row: PriceRow | undefined
  private readonly byTier = new Map<string, ModelPrice>()
  private inBatches: ModelPrice | undefined

  constructor(row: PriceRow | undefined) {
    this.row = row
  }

  at(serviceTier: string, batch: boolean): ModelPrice | undefined {
    if (!this.row) return undefined
    if (batch) {
      this.inBatches ??= priceInBatches(this.row)
      return this.inBatches
    }
    const before = this.byTier.get(serviceTier)
    if (before) return before
    const price = priceAt(this.row, serviceTier)
    // Not what has none: there are as many tiers as callers think of.
    if (price) this.byTier.set(serviceTier, price)
    return price
  }
}

/**
 * OpenAI's `auto`, which is also meant where nothing is said, is what the project's settings say: `priority` where it has a price.
 * @see https://developers.openai.com/api/docs/api-reference/chat/create#chat-create-service_tier
 */
export function dearerTiers(
  priceOf: NonNullable<Provider['priceOf']>,
): (model: string, request: object) => readonly string[] {
  return (model, request) => {
    const asked: unknown = Reflect.get(request, 'service_tier') ?? 'auto'
    return asked === 'auto' && priceOf(model, { serviceTier: 'priority' }) ? ['priority'] : []
  }
}

function rowOf(model: string): PriceRow | undefined {
  const name = model.startsWith('ft:') ? model.split(':', 2).join(':') : model
  return ownRow(name) ?? ownRow(name.replace(/-\d{4}-\d{2}-\d{2}$/, ''))
}

function ownRow(name: string): PriceRow | undefined {
  return Object.hasOwn(priceTable, name) ? priceTable[name] : undefined
}

function priceInBatches(row: PriceRow): ModelPrice | undefined {
  const { batch } = row
  const price = priceOf(row)
  return batch ? scaledPrice(batch === 'cached' ? price : withoutCacheDiscount(price), 0.5) : undefined
}

function priceAt(row: PriceRow, serviceTier: string): ModelPrice | undefined {
  const price = priceOf(row)
  switch (serviceTier) {
    case 'default':
      return price
    case 'flex':
      return row.flex ? scaledPrice(price, 0.5) : undefined
    // One and the same since July 2026.
    case 'priority':
    case 'fast':
      return row.priority && atPriority(price, row.priority)
    default:
      return undefined
  }
}

/** A row without its discounts. */
function priceOf({ priority: _priority, flex: _flex, batch: _batch, ...price }: PriceRow): ModelPrice {
  return price
}

/** The page has no price for cached input in batches, but for some models; for long prompts neither. */
function withoutCacheDiscount({ longPrompt, ...price }: ModelPrice): ModelPrice {
  return { ...price, cacheRead: undefined, ...(longPrompt && { longPrompt: { ...longPrompt, cacheRead: undefined } }) }
}

/** Long prompts are not served at it: answers say `default` then. */
function atPriority({ source, asOf }: ModelPrice, priority: NonNullable<PriceRow['priority']>): ModelPrice {
  return { ...priority, source, asOf }
}
