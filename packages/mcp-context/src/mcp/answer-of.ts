import type { SearchAnswer } from '../context-source.ts'

/** As much of a tool's result, or of a resource that was read, as is looked at. */
interface McpResult {
  readonly structuredContent?: unknown
  readonly content?: readonly McpContent[] | undefined
  readonly contents?: readonly McpContent[] | undefined
  readonly ttlMs?: unknown
  readonly cacheScope?: unknown
}

/** A piece of a result; only its `text` is of use, and its `uri`, or those of the resource in it. */
type McpContent = Readonly<Record<string, unknown>>

/**
 * What a server answered, as items: those of `structuredContent`, else of the JSON in its texts. A list is its members, an object with
 * lists in it is the members of the first that holds objects, else of the first, any other object is one item, and a text that is no JSON is the item `{ text, uri }`.
 */
export function answerOf(results: readonly McpResult[]): SearchAnswer {
  const items = results.flatMap(itemsOf)
  const hints = results.map(hintsOf)
  const ttls = hints.flatMap(({ ttlMs }) => (isMilliseconds(ttlMs) ? [ttlMs] : []))
  const version = hints.map(hint => hint.version).find(found => typeof found === 'string')
  const isPublic = hints.length > 0 && hints.every(({ cacheScope }) => cacheScope === 'public')
  return {
    items,
    ...(ttls.length > 0 ? { ttlMs: Math.min(...ttls) } : {}),
    ...(isPublic ? { cacheScope: 'public' } : {}),
    ...(version === undefined ? {} : { version }),
  }
}

interface Hints {
  readonly ttlMs?: unknown
  readonly cacheScope?: unknown
  readonly version?: unknown
}

/** The protocol has them beside a resource's contents; results of tools have no such place, so a tool may say them in its own data. */
function hintsOf(result: McpResult): Hints {
  const said: Hints = isObject(result.structuredContent) ? result.structuredContent : {}
  return { ttlMs: result.ttlMs ?? said.ttlMs, cacheScope: result.cacheScope ?? said.cacheScope, version: said.version }
}

function itemsOf({ structuredContent, content = [], contents = [] }: McpResult): unknown[] {
  if (structuredContent !== undefined) return membersOf(structuredContent)
  const texts = content.map(piece => (isObject(piece.resource) ? piece.resource : piece))
  return [...texts, ...contents].flatMap(({ text, uri }) => {
    if (typeof text !== 'string') return []
    const parsed = parseJson(text)
    if (parsed !== undefined) return membersOf(parsed)
    return [typeof uri === 'string' ? { uri, text } : { text }]
  })
}

function membersOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  if (!isObject(value)) return []
  const lists = Object.values(value).filter(member => Array.isArray(member))
  // What was asked for in words, or went wrong, may stand in a list before what was found.
  return lists.find(list => list.some(isObject)) ?? lists[0] ?? [value]
}

/** The data of a JSON text; nothing where it is no object and no list, such as a bare number in prose. */
function parseJson(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text) as object
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isMilliseconds = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0
