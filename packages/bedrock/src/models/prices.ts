import { type ModelPrice, type PriceTerms, scaledPrice } from '@modelgate/core'
import { baseModelOf } from './model-id.ts'
import { type PriceRow, priceTable } from './price-table.ts'

/** Where the figures of models without a `global.` price were read. Other regions cost what they cost: more, as a rule. */
const baseRegions: ReadonlySet<string> = new Set(['us-east-1', 'us-west-2'])
/** Partitions with prices of their own. */
const otherPartitions = /^(?:us-gov|us-iso|cn|eusc)/
/** In region and by geographical profiles, where a model has a `global.` price. */
const regionalFactor = 1.1
const batchFactor = 0.5
const tierFactors: Readonly<Record<string, number>> = { default: 1, flex: 0.5, priority: 1.75 }

/** Paid for by the hour or the copy, whatever model it was made from: its tokens cost nothing that can be told. */
const notByToken = /^arn:[^/]*:(?:provisioned-model|custom-model|imported-model|endpoint)\//

/** So many models are remembered, each at the terms it was asked for last; then all are forgotten: callers choose model ids. */
const maxRemembered = 500

/** What the price of a model depends on beside its id. */
interface PriceParts {
  /** From where calls are made and billed: the provider's own, or a caller's; `undefined` while it is not known. */
  readonly region: (terms: PriceTerms) => string | undefined
  /** The model or system profile at whose price an id is billed. It may be learnt later. */
  readonly pricedAs: (model: string, terms: PriceTerms) => string
}

/**
 * Bedrock's price of a model or system profile at some terms; `undefined` where it is not known. Provisioned throughput (`:0:200k`),
 * custom and imported models are not priced by the token; the ARN of an application profile says nothing of its model.
 * @see https://aws.amazon.com/bedrock/pricing/
 */
export function createPrices({
  region,
  pricedAs,
}: PriceParts): (model: string, terms: PriceTerms) => ModelPrice | undefined {
  const remembered = new Map<string, Answered>()
  return (model, terms) => {
    const { serviceTier = 'default', batch = false } = terms
    const here = region(terms)
    if (here === undefined) return undefined
    const billed = notByToken.test(model) ? model : pricedAs(model, terms)
    const before = remembered.get(billed)
    if (before?.here === here && before.serviceTier === serviceTier && before.batch === batch) return before.price
    const price = priceOf(billed, here, { serviceTier, batch })
    if (remembered.size >= maxRemembered) remembered.clear()
    remembered.set(billed, { here, serviceTier, batch, price })
    return price
  }
}

/** A price, and what it was asked for. */
interface Answered extends PricedTerms {
  readonly here: string
  readonly price: ModelPrice | undefined
}

type PricedTerms = Required<Pick<PriceTerms, 'serviceTier' | 'batch'>>

function priceOf(model: string, region: string, terms: PricedTerms): ModelPrice | undefined {
  const row = rowOf(baseModelOf(model))
  if (!row || otherPartitions.test(region)) return undefined
  const placed = placeFactor(row, geoOf(model), region)
  const termed = termFactor(row, terms)
  if (placed === undefined || termed === undefined) return undefined
  const { endpoints: _place, globalAlike: _global, tiers: _tiers, batch: _batch, ...price } = row
  return scaledPrice(price, placed * termed)
}

/** `us` for `us.amazon.nova-lite-v1:0` and its ARN, empty for a foundation model. */
function geoOf(model: string): string {
  const base = baseModelOf(model)
  const named = model.slice(model.lastIndexOf('/') + 1)
  return named === base ? '' : named.slice(0, named.length - base.length - 1)
}

function placeFactor({ endpoints, globalAlike }: PriceRow, geo: string, region: string): number | undefined {
  if (geo === 'us-gov') return undefined
  if (endpoints === 'global') return geo === 'global' ? 1 : regionalFactor
  if (geo === 'global') return globalAlike ? 1 : undefined
  return baseRegions.has(region) && (geo === '' || geo === 'us') ? 1 : undefined
}

function termFactor({ tiers, batch: inBatches }: PriceRow, { serviceTier, batch }: PriceTerms): number | undefined {
  if (batch) return inBatches ? batchFactor : undefined
  if (serviceTier === 'default') return 1
  return tiers && serviceTier && Object.hasOwn(tierFactors, serviceTier) ? tierFactors[serviceTier] : undefined
}

/** What ids end with: `:0`, then `-v1`, then the date. */
const endings = [/:\d+$/, /-v\d+$/, /-\d{8}$/] as const

function rowOf(base: string): PriceRow | undefined {
  let name = base
  for (let cut = 0; ; cut += 1) {
    if (Object.hasOwn(priceTable, name)) return priceTable[name]
    const ending = endings[cut]
    if (!ending) return undefined
    name = name.replace(ending, '')
  }
}
