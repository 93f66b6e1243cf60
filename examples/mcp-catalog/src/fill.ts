import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { fillTable } from './dynamodb/fill-table.ts'
import { exampleProducts, readProducts } from './read-products.ts'

const { CATALOG_TABLE, CATALOG_FILE, DYNAMODB_ENDPOINT } = process.env
if (!CATALOG_TABLE) {
  console.error('Set CATALOG_TABLE to the DynamoDB table to fill, such as ai-gateway-dev-product-catalog.')
  process.exit(2)
}

try {
  const products = await readProducts(CATALOG_FILE || exampleProducts)
  const client = new DynamoDBClient(DYNAMODB_ENDPOINT ? { endpoint: DYNAMODB_ENDPOINT } : {})
  await fillTable(client, CATALOG_TABLE, products)
  console.log(`${products.length} products are in ${CATALOG_TABLE}`)
} catch (fault) {
  const { name, message } = fault as Error
  console.error(
    `${CATALOG_TABLE} is not filled: ${message || name}. AWS_REGION, credentials of AWS and DYNAMODB_ENDPOINT say where it is.`,
  )
  process.exit(1)
}
