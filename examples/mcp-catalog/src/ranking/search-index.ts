import MiniSearch from 'minisearch'
import type { Product } from '../product.ts'
import type { ProductQuery } from '../product-query.ts'
import { priceWishOf } from './price-wish.ts'
import { type Relevant, relevantOnes } from './relevant-ones.ts'
import { stem, toQueryTerms, toWords } from './words.ts'

/** An index of products by their words: BM25+ over name, kind, brand, category and description. */
export interface SearchIndex {
  /** What fits the filters and, where the query has a text, is about it: the best first. */
  search(query: ProductQuery): readonly Product[]
}

const boost = { name: 3, kind: 2, brand: 2, category: 1, description: 1 }
/** Others can be had at once: a small handicap, so that it is still found by its name. */
const soldOut = 0.9

export function createSearchIndex(products: readonly Product[]): SearchIndex {
  const byId = new Map(products.map(product => [product.productId, product]))
  const index = new MiniSearch<Product>({
    idField: 'productId',
    fields: Object.keys(boost),
    extractField: (product, field) => (field === 'kind' ? kindOf(product) : String(product[field as keyof Product])),
    tokenize: toWords,
    processTerm: stem,
  })
  index.addAll(products)

  function ranked(text: string, fits: (product: Product) => boolean): readonly Product[] {
    const terms = toQueryTerms(text)
    const found = index.search(terms.map(({ term }) => term).join(' '), {
      boost,
      tokenize: words => words.split(' '),
      processTerm: term => term,
      boostTerm: (_, at) => terms[at]?.weight ?? 1,
      prefix: term => term.length >= 5,
      fuzzy: term => (term.length >= 6 ? 0.2 : false),
      maxFuzzy: 1,
      weights: { prefix: 0.4, fuzzy: 0.2 },
      boostDocument: id => (byId.get(id)?.availability === 'out-of-stock' ? soldOut : 1),
    })
    const hits: Relevant[] = found.map(({ id, score, match, queryTerms }) => {
      return { product: byId.get(id)!, score, match, queryTerms }
    })
    return relevantOnes(hits, text).filter(fits)
  }

  return {
    search(query) {
      const wish = priceWishOf(query.query)
      const minPrice = query.minPrice ?? wish.minPrice ?? 0
      const maxPrice = query.maxPrice ?? wish.maxPrice ?? Number.POSITIVE_INFINITY
      const fits = (product: Product): boolean =>
        product.price >= minPrice && product.price <= maxPrice && passes(product, query)
      const found = query.query.trim() === '' ? byRating(products.filter(fits)) : ranked(wish.rest, fits)
      return found.slice(0, query.limit)
    },
  }
}

function passes(product: Product, { category, brand, availability }: ProductQuery): boolean {
  return (
    (category === undefined || product.category.toLowerCase() === category.toLowerCase()) &&
    (brand === undefined || product.brand.toLowerCase() === brand.toLowerCase()) &&
    (availability === undefined || product.availability === availability)
  )
}

/** What it is, in the first words of its description: "Light tent for two" is a light tent. */
const kindOf = ({ description }: Product): string =>
  /^.*?(?=,| with | for | of | that | in |$)/.exec(description)?.[0] ?? ''

const byRating = (products: readonly Product[]): readonly Product[] =>
  products.toSorted((a, b) => b.rating - a.rating || (a.productId < b.productId ? -1 : 1))
