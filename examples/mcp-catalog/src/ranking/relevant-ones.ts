import type { Product } from '../product.ts'

/** A product that some word of the query is in. */
export interface Relevant {
  readonly product: Product
  readonly score: number
  /** Words of the product that were met, each with the fields it is in. */
  readonly match: Readonly<Record<string, readonly string[]>>
  /** Words of the query that met something. */
  readonly queryTerms: readonly string[]
}

const cheapest =
  /\b(?:cheapest|lowest price|least expensive|g[üu]nstigste[nrs]?|billigste[nrs]?|moins ch[eè]re?s?|m[aá]s barat[oa]s?|pi[uù] economic[oahi]+|goedkoopste)\b/i
const bestRated =
  /\b(?:(?:best|highest|top)[- ]rated|best reviews?|best bewertete[nrs]?|mieux not[ée]e?s?|mejor valorad[oa]s?|best beoordeelde?)\b/i

/** Below this share of the best score a product is met by chance. */
const shareOfBest = 0.25
/** Where the order is by something else than relevance, only what is as much about the query as the best may be in it. */
const shareWhenSorted = 0.6

/** Those of them that the query is about, the best first: by price or rating where it asks for that. */
export function relevantOnes(found: readonly Relevant[], query: string): Product[] {
  const named = found.filter(isNamed)
  const best = named[0]?.score ?? 0
  const order = cheapest.test(query) ? byPrice : bestRated.test(query) ? byRating : undefined
  const close = named.filter(({ score }) => score >= best * (order ? shareWhenSorted : shareOfBest))
  const products = close.map(({ product }) => product)
  return order ? products.toSorted(order) : products
}

const telling = new Set(['name', 'kind', 'brand'])
/** A word that stands in descriptions alone, such as "light" or "home", is about anything. */
const isNamed = ({ match }: Relevant): boolean =>
  Object.values(match).some(fields => fields.some(field => telling.has(field)))

const byPrice = (a: Product, b: Product): number => a.price - b.price
const byRating = (a: Product, b: Product): number => b.rating - a.rating
