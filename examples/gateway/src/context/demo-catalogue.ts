import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type ContextSource, mcpSource } from '@modelgate/mcp-context'

const catalogue = fileURLToPath(new URL('../../../mcp-catalog/src/main.ts', import.meta.url))

/**
 * The products of `examples/mcp-catalog`, as an MCP server that is started beside the app at the first question about products.
 * `undefined` where the app stands alone, as in a bundle or an image.
 */
export const demoCatalogue: (() => ContextSource) | undefined = existsSync(catalogue)
  ? () =>
      mcpSource({
        name: 'demo-catalogue',
        server: { command: process.execPath, args: [catalogue] },
        tool: { name: 'search_products' },
      })
  : undefined
