import { once } from 'node:events'
import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dynamodbCatalog } from '../src/dynamodb/dynamodb-catalog.ts'
import { fillTable } from '../src/dynamodb/fill-table.ts'
import { toItem } from '../src/dynamodb/product-item.ts'
import { memoryCatalog } from '../src/memory-catalog.ts'
import { productQuerySchema } from '../src/product-query.ts'
import { readProducts } from '../src/read-products.ts'

const tableName = 'ai-gateway-dev-product-catalog'
const products = await readProducts()
const server = dynalite({ createTableMs: 0 })
let client: DynamoDBClient

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The stand-in listens on no port.')
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const endpoint = `http://127.0.0.1:${address.port}`
  client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials })
  await fillTable(client, tableName, products)
})
afterAll(async () => {
  client.destroy()
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
})

describe('the catalogue in DynamoDB', () => {
  it('finds what the one in memory finds, by text, by category and price, by brand and availability', async () => {
    const kept = dynamodbCatalog({ client, tableName })
    const memory = memoryCatalog(products)
    expect(await kept.list()).toEqual(await memory.list())
    expect(await kept.version()).toBe(await memory.version())
    expect(await kept.get('prod-042')).toEqual(await memory.get('prod-042'))
    expect(await kept.get('prod-999')).toBeUndefined()
    const text = productQuerySchema.parse({ query: 'running shoes under 120' })
    expect(await kept.search(text)).toEqual(await memory.search(text))
    for (const filter of [
      { category: 'Food', minPrice: 10, maxPrice: 12 },
      { brand: 'Skyrelle', availability: 'limited' },
      { brand: 'Skyrelle' },
    ]) {
      const query = productQuerySchema.parse({ ...filter, limit: 20 })
      const found = await kept.search(query)
      expect(found.length).toBeGreaterThan(1)
      expect(found).toEqual(await memory.search(query))
    }
  })

  it('finds nothing in a range of prices that has nothing in it', async () => {
    const kept = dynamodbCatalog({ client, tableName })
    const query = productQuerySchema.parse({ category: 'Food', minPrice: 12, maxPrice: 10 })
    expect(await kept.search(query)).toEqual(await memoryCatalog(products).search(query))
  })

  it('searches its copy of all words until that is old, and an index as it is now', async () => {
    let now = 0
    const kept = dynamodbCatalog({ client, tableName, refreshMs: 1000, now: () => now })
    const byText = productQuerySchema.parse({ query: 'zither' })
    const byBrand = productQuerySchema.parse({ query: 'zither', brand: 'Quillmere' })
    expect(await kept.search(byText)).toEqual([])
    const zither = { ...products[0]!, productId: 'prod-201', name: 'Alpine Zither' }
    await client.send(new PutItemCommand({ TableName: tableName, Item: toItem(zither) }))
    expect(await kept.search(byText)).toEqual([])
    expect(await kept.search(byBrand)).toEqual([zither])
    now = 1000
    expect(await kept.search(byText)).toEqual([zither])
    await client.send(new DeleteItemCommand({ TableName: tableName, Key: { productId: { S: 'prod-201' } } }))
  })

  it('names the item that is no product', async () => {
    await client.send(
      new PutItemCommand({ TableName: tableName, Item: { productId: { S: 'odd' }, brand: { S: 'Odd' } } }),
    )
    const kept = dynamodbCatalog({ client, tableName })
    const query = productQuerySchema.parse({ query: 'tent' })
    await expect(kept.search(query)).rejects.toThrow(/The item odd is no product: look at name, category, price/)
    await client.send(new DeleteItemCommand({ TableName: tableName, Key: { productId: { S: 'odd' } } }))
    expect(await kept.search(query)).not.toEqual([])
  })
})
