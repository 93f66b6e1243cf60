import { createHash } from 'node:crypto'
import type { Product } from './product.ts'
import type { ProductCatalog } from './product-catalog.ts'
import { createSearchIndex } from './ranking/search-index.ts'

/** A catalogue of these products, for as long as the process lives. */
export function memoryCatalog(products: readonly Product[]): ProductCatalog {
  const sorted = products.toSorted((a, b) => (a.productId < b.productId ? -1 : 1))
  const byId = new Map(sorted.map(product => [product.productId, product]))
  const index = createSearchIndex(sorted)
  const version = versionOf(sorted)
  return {
    search: async query => index.search(query),
    get: async productId => byId.get(productId),
    list: async () => sorted,
    version: async () => version,
  }
}

/** The same products, the same version, in whichever process. */
export function versionOf(products: readonly Product[]): string {
  return createHash('sha256').update(JSON.stringify(products)).digest('base64url').slice(0, 12)
}
