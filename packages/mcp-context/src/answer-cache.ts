import { LRUCache } from 'lru-cache'
import type { ContextBlock } from './context-block.ts'
import type { CleanItem } from './context-item.ts'

/** What a source said about a query, as far as it is of use. */
export interface KnownAnswer {
  readonly items: readonly CleanItem[]
  readonly version: string | undefined
  /** The block last made of it, and for how many tokens. */
  rendered?: { readonly maxTokens: number; readonly block: ContextBlock | undefined } | undefined
}

/** For how long an answer holds, and for whom. */
interface AnswerTimes {
  /** Milliseconds for which it holds. */
  readonly ttlMs: number
  readonly scope: 'public' | 'private'
}

interface Kept {
  readonly answer: KnownAnswer
  readonly freshUntil: number
}

/** How many answers are kept, and for how long. */
export interface AnswerCacheOptions {
  /** Milliseconds beyond its time for which an answer is kept, should the source fail. */
  readonly maxStaleMs: number
  /** Of all answers together, about. */
  readonly maxBytes: number
  readonly now: () => number
}

/** What sources said, for everybody or for the tenant who asked. The least recently used goes first. */
export class AnswerCache {
  private readonly options: AnswerCacheOptions
  private readonly kept: LRUCache<string, Kept>

  constructor(options: AnswerCacheOptions) {
    this.options = options
    this.kept = new LRUCache({ maxSize: options.maxBytes, sizeCalculation: sizeOf, maxEntrySize: options.maxBytes })
  }

  /** The tenant's own answer, else everybody's; one beyond its time only where `isStale` says that it will do. */
  get(query: string, tenant: string | undefined, isStale: boolean = false): KnownAnswer | undefined {
    const now = this.options.now()
    const extra = isStale ? this.options.maxStaleMs : 0
    const fitting = (kept: Kept | undefined): Kept | undefined =>
      kept && now < kept.freshUntil + extra ? kept : undefined
    const own = fitting(this.kept.get(keyOf(query, tenant ?? '')))
    return (own ?? fitting(this.kept.get(keyOf(query))))?.answer
  }

  set(query: string, tenant: string | undefined, answer: KnownAnswer, { ttlMs, scope }: AnswerTimes): void {
    if (ttlMs <= 0) return
    const key = scope === 'public' ? keyOf(query) : keyOf(query, tenant ?? '')
    this.kept.set(key, { answer, freshUntil: this.options.now() + ttlMs })
  }

  clear(): void {
    this.kept.clear()
  }
}

/** A query holds no line end, and a tenant before it may: where a public key ends, a tenant's cannot begin. */
function keyOf(query: string, tenant?: string): string {
  return tenant === undefined ? `p\n${query}` : `t\n${query}\n${tenant}`
}

function sizeOf({ answer }: Kept, key: string): number {
  return 2 * (key.length + JSON.stringify(answer.items).length) + 500
}
