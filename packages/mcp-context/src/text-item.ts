import type { ContextItem } from './context-item.ts'

/**
 * A resource that is a text, as an item: of an MCP server's answer, what is `{ uri, text }`. Its id is the end of its URI. `undefined` for anything
 * else, such as a tool's own words, which have no URI.
 */
export function textItem(item: unknown): ContextItem | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  const { uri, text } = item as Readonly<Record<string, unknown>>
  if (typeof uri !== 'string' || uri === '' || typeof text !== 'string') return undefined
  return { id: uri.replace(/[^\w.:/-]/g, '_').slice(-64), data: { text } }
}
