import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { ContextSource } from '@modelgate/mcp-context'
import { dynamodbCatalog } from '../../../mcp-catalog/src/dynamodb/dynamodb-catalog.ts'
import { productQuerySchema } from '../../../mcp-catalog/src/product-query.ts'

/**
 * The search of `examples/mcp-catalog` over its table, in this process: what its MCP server answers to `search_products`, without a second
 * process that a function would start and freeze. Each instance holds a copy of all products, a minute old at most; a catalogue of many thousands
 * is better asked over MCP (`MCP_SERVER_URL`).
 */
export function catalogueSource(tableName: string): ContextSource {
  const client = new DynamoDBClient({})
  const catalog = dynamodbCatalog({ client, tableName })
  return {
    search: async (query, { limit }) => ({
      items: await catalog.search(productQuerySchema.parse({ query, limit })),
      version: await catalog.version(),
      cacheScope: 'public',
    }),
    describe: () => ({ name: 'catalogue', state: 'idle' }),
    close: async () => client.destroy(),
  }
}
