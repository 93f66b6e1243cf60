import { memoryCatalog } from './memory-catalog.ts'
import type { ProductCatalog } from './product-catalog.ts'
import { exampleProducts, readProducts } from './read-products.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The catalogue that the variables name: `CATALOG_TABLE` is one in DynamoDB (`DYNAMODB_ENDPOINT` where that is not at AWS), else
 * `CATALOG_FILE` or the example's own products are held in memory. The AWS SDK is loaded for a table alone.
 */
export async function openCatalog(env: Environment): Promise<ProductCatalog> {
  if (!env.CATALOG_TABLE) return memoryCatalog(await readProducts(env.CATALOG_FILE || exampleProducts))
  const [{ DynamoDBClient }, { dynamodbCatalog }] = await Promise.all([
    import('@aws-sdk/client-dynamodb'),
    import('./dynamodb/dynamodb-catalog.ts'),
  ])
  const client = new DynamoDBClient(env.DYNAMODB_ENDPOINT ? { endpoint: env.DYNAMODB_ENDPOINT } : {})
  const catalog = dynamodbCatalog({ client, tableName: env.CATALOG_TABLE })
  // A table that is not there would fail each search, and clients are told no more than that.
  await catalog.version()
  return catalog
}
