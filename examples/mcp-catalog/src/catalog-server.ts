import { McpServer, ResourceNotFoundError, ResourceTemplate } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { productSchema } from './product.ts'
import type { ProductCatalog } from './product-catalog.ts'
import { productQuerySchema } from './product-query.ts'

/** What the tool says of itself: clients pin it, so a change of it is a change of the interface. */
const description =
  'Finds products of the catalogue by a text in plain words and by category, price range, brand and availability. Reads only.'

const answerSchema = z.object({
  products: z.array(productSchema),
  /** Of the data. */
  version: z.string(),
  /** How long and for whom the answer holds, in the words of the protocol's list and read results. */
  ttlMs: z.number(),
  cacheScope: z.enum(['public', 'private']),
})

export interface CatalogServerOptions {
  readonly catalog: ProductCatalog
  /** Default 60,000: how long answers hold; everybody gets the same. */
  readonly ttlMs?: number | undefined
}

/** One MCP server over the catalogue: `search_products`, and each product as the resource `catalog://products/{productId}`. */
export function createCatalogServer({ catalog, ttlMs = 60_000 }: CatalogServerOptions): McpServer {
  const cacheHint = { ttlMs, cacheScope: 'public' } as const
  const server = new McpServer(
    { name: 'modelgate-example-catalog', version: '0.1.0' },
    { cacheHints: { 'tools/list': cacheHint, 'resources/list': cacheHint } },
  )
  const annotations = { readOnlyHint: true, idempotentHint: true, openWorldHint: false }
  server.registerTool(
    'search_products',
    { description, annotations, inputSchema: productQuerySchema, outputSchema: answerSchema },
    async query => {
      const products = [...(await catalog.search(query))]
      const structuredContent = { products, version: await catalog.version(), ...cacheHint }
      return { content: [{ type: 'text', text: JSON.stringify({ products }) }], structuredContent }
    },
  )
  const template = new ResourceTemplate('catalog://products/{productId}', {
    list: async () => ({
      resources: (await catalog.list()).map(({ productId, name }) => ({ uri: uriOf(productId), name, mimeType })),
    }),
  })
  server.registerResource('product', template, { mimeType, cacheHint }, async (uri, { productId }) => {
    const product = await catalog.get(String(productId))
    if (!product) throw new ResourceNotFoundError(uri.href, `There is no product ${String(productId)}.`)
    return { contents: [{ uri: uri.href, mimeType, text: JSON.stringify(product) }] }
  })
  return server
}

const mimeType = 'application/json'
const uriOf = (productId: string): string => `catalog://products/${encodeURIComponent(productId)}`
