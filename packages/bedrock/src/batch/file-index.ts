import { splitLines } from '@modelgate/core'
import { parseJsonObject } from '../wire/json.ts'
import type { SavedRules } from './saved-rules.ts'

/** One record's request, as its answer must be told of it. */
export interface IndexedRequest {
  readonly customId: string
  readonly rules: SavedRules | undefined
}

/** `r0000000007`: eleven letters and digits, which every account of the format takes. Counted from 0. */
export function recordId(ordinal: number): string {
  return `r${String(ordinal).padStart(10, '0')}`
}

/** The ordinal of a {@link recordId}; `undefined` for any other text. */
export function ordinalOf(id: unknown): number | undefined {
  return typeof id === 'string' && /^r\d{10}$/.test(id) ? Number(id.slice(1)) : undefined
}

/**
 * Writes an index, a line a request. Rules are written once, when they are first needed: in most files they are the same on each line.
 */
export class IndexLines {
  readonly #known = new Map<string, number>()

  /** What is to be appended for the next request. */
  add(customId: string, rules: SavedRules | undefined): string {
    if (!rules) return `${JSON.stringify({ c: customId })}\n`
    const text = JSON.stringify(rules)
    const known = this.#known.get(text)
    if (known !== undefined) return `${JSON.stringify({ c: customId, r: known })}\n`
    const place = this.#known.size
    // A file in which each line has rules of its own writes each of them, and keeps none in memory beyond these.
    if (place < mostKept) this.#known.set(text, place)
    return `${JSON.stringify({ c: customId, ...(place < mostKept ? { n: rules } : { o: rules }) })}\n`
  }
}

const mostKept = 1_000

/** Reads an index: the request of each record, by its ordinal. */
export async function readIndex(bytes: AsyncIterable<Uint8Array>): Promise<readonly IndexedRequest[]> {
  const requests: IndexedRequest[] = []
  const shared: SavedRules[] = []
  for await (const line of splitLines(bytes)) {
    const { c, r, n, o } = (parseJsonObject(Buffer.from(line.bytes).toString('utf8')) ?? {}) as IndexLine
    if (n) shared.push(n)
    requests.push({ customId: c ?? '', rules: n ?? o ?? (r === undefined ? undefined : shared[r]) })
  }
  return requests
}

interface IndexLine {
  readonly c?: string
  /** The place of rules that stood before. */
  readonly r?: number
  /** Rules, to be pointed to from now on. */
  readonly n?: SavedRules
  /** Rules of this line alone. */
  readonly o?: SavedRules
}
