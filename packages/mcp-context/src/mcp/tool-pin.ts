import { createHash } from 'node:crypto'

/** What a server says of a tool, as it comes from `tools/list`. */
export interface DescribedTool {
  readonly name: string
  readonly [member: string]: unknown
}

/** What a server may change without changing what the tool is for. */
const unpinned: ReadonlySet<string> = new Set(['_meta', 'icons'])

/**
 * A hash of all that a server says a tool is and takes: name, title, description, schemas, annotations. A server that turns a tool
 * that was looked at into another has to change it.
 */
export function toolPin(tool: DescribedTool): string {
  const said = Object.fromEntries(Object.entries(tool).filter(([name]) => !unpinned.has(name)))
  return `sha256-${createHash('sha256').update(canonicalJson(said)).digest('base64url')}`
}

/** Members in order of their names: servers are free to list them in any. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}
