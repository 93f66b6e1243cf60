import type { Product } from './product.ts'
import type { ProductQuery } from './product-query.ts'

/** Where products lie, and how they are found. */
export interface ProductCatalog {
  /** The most relevant first; by rating where the query has no text. Nothing where nothing fits. */
  search(query: ProductQuery): Promise<readonly Product[]>
  get(productId: string): Promise<Product | undefined>
  /** All, by id. */
  list(): Promise<readonly Product[]>
  /** Changes with the data. */
  version(): Promise<string>
}
