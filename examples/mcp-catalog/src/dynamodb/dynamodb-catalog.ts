import {
  type DynamoDBClient,
  GetItemCommand,
  paginateQuery,
  paginateScan,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb'
import { versionOf } from '../memory-catalog.ts'
import type { Product } from '../product.ts'
import type { ProductCatalog } from '../product-catalog.ts'
import type { ProductQuery } from '../product-query.ts'
import { createSearchIndex, type SearchIndex } from '../ranking/search-index.ts'
import { fromItem } from './product-item.ts'
import { brandAvailabilityIndex, categoryPriceIndex } from './product-table.ts'

export interface DynamoDbCatalogOptions {
  readonly client: DynamoDBClient
  readonly tableName: string
  /** Default 60,000: how long the words of all products are searched in memory before the table is read anew. */
  readonly refreshMs?: number | undefined
  /** Milliseconds; default `Date.now`. */
  readonly now?: (() => number) | undefined
}

interface Snapshot {
  readonly products: readonly Product[]
  readonly index: SearchIndex
  readonly version: string
  readonly readAt: number
}

/**
 * A catalogue in DynamoDB. A query that names a category or a brand reads its products over that index, as they are now; DynamoDB
 * knows no full text, so a query without either is searched in a copy in memory, which a scan renews.
 */
export function dynamodbCatalog(options: DynamoDbCatalogOptions): ProductCatalog {
  const { client, tableName: TableName, refreshMs = 60_000, now = Date.now } = options
  let current: Snapshot | undefined
  let reading: Promise<Snapshot> | undefined

  async function read(): Promise<Snapshot> {
    const products: Product[] = []
    for await (const { Items = [] } of paginateScan({ client }, { TableName })) products.push(...Items.map(fromItem))
    products.sort((a, b) => (a.productId < b.productId ? -1 : 1))
    return { products, index: createSearchIndex(products), version: versionOf(products), readAt: now() }
  }

  /** One scan at a time; one that failed is tried again by who asks next. */
  async function snapshot(): Promise<Snapshot> {
    if (current && now() - current.readAt < refreshMs) return current
    reading ??= read().finally(() => {
      reading = undefined
    })
    current = await reading
    return current
  }

  async function query(input: Omit<QueryCommandInput, 'TableName'>): Promise<Product[]> {
    const found: Product[] = []
    for await (const { Items = [] } of paginateQuery({ client }, { TableName, ...input })) {
      found.push(...Items.map(fromItem))
    }
    return found
  }

  return {
    async search(wanted) {
      // A range with nothing in it DynamoDB refuses.
      if ((wanted.minPrice ?? 0) > (wanted.maxPrice ?? mostPrice)) return []
      const lookup = lookupOf(wanted)
      const index = lookup ? createSearchIndex(await query(lookup)) : (await snapshot()).index
      return index.search(wanted)
    },
    async get(productId) {
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: { productId: { S: productId } } }))
      return Item && fromItem(Item)
    },
    list: async () => (await snapshot()).products,
    version: async () => (await snapshot()).version,
  }
}

const mostPrice = 1e15

/** The index that narrows a query down: by category and price, else by brand and availability. */
function lookupOf(wanted: ProductQuery): Omit<QueryCommandInput, 'TableName'> | undefined {
  const { category, brand, availability, minPrice = 0, maxPrice = mostPrice } = wanted
  if (category !== undefined) {
    return {
      IndexName: categoryPriceIndex,
      KeyConditionExpression: 'category = :category AND price BETWEEN :min AND :max',
      ExpressionAttributeValues: {
        ':category': { S: category },
        ':min': { N: String(minPrice) },
        ':max': { N: String(maxPrice) },
      },
    }
  }
  if (brand === undefined) return undefined
  return {
    IndexName: brandAvailabilityIndex,
    KeyConditionExpression: availability === undefined ? 'brand = :brand' : 'brand = :brand AND availability = :state',
    ExpressionAttributeValues: {
      ':brand': { S: brand },
      ...(availability === undefined ? {} : { ':state': { S: availability } }),
    },
  }
}
