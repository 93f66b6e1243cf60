import type { Call } from '@modelgate/core'
import type { ItemSelector } from './context-item.ts'
import type { ContextPredicate } from './context-predicate.ts'
import type { ContextSource, SearchFunction } from './context-source.ts'
import type { SourceBreakerOptions } from './source-breaker.ts'

/** How much may be added to a prompt. */
export interface ContextBudget {
  /** Tokens of the whole block, by an estimate that is rather too high. Default 800. */
  readonly maxTokens?: number | undefined
  /** The share of the smallest context window among the targets that a call may reach, where one is known. Default 0.1. */
  readonly windowShare?: number | undefined
  /** Default 5. */
  readonly maxItems?: number | undefined
}

/** Where facts come from, for which chats, and how much of them is added. */
export interface McpContextOptions {
  /** Where facts come from. It is closed with the gateway. */
  readonly source: ContextSource | SearchFunction
  /**
   * What the boundaries of blocks are made with: at least 16 characters that no caller knows, the same on every instance. A function is asked
   * once, at the first block.
   */
  readonly secret: string | (() => string)
  /** Which chats get facts. Default `productQuestion()`: those whose last user turn looks like a question about products. */
  readonly when?: ContextPredicate | undefined
  /** What is looked up; `undefined` or an empty text for nothing. Default: the text of the last user turn. It is normalised and cut in any case. */
  readonly query?: ((call: Call<'chat'>) => string | undefined) | undefined
  /** What is taken from each of a source's items. Default `productItem`. */
  readonly select?: ItemSelector | undefined
  readonly budget?: ContextBudget | undefined
  /** Hosts whose `https:` addresses may stand in facts, such as `shop.example`. Default: none, all addresses are taken out. */
  readonly allowedHosts?: readonly string[] | undefined
  /** Milliseconds that a call waits for the source. Default 300. */
  readonly timeoutMs?: number | undefined
  /** Milliseconds for which an answer holds that does not say. Default 60,000. */
  readonly ttlMs?: number | undefined
  /** Milliseconds beyond its time for which an answer is used while the source fails. Default 3,600,000. */
  readonly maxStaleMs?: number | undefined
  /** Bytes of kept answers, about. Default 8 MiB. */
  readonly maxCacheBytes?: number | undefined
  readonly circuitBreaker?: SourceBreakerOptions | undefined
  /** Whether a call that is to get facts fails, with `context_unavailable`, where the source fails and no old answer is at hand. Default false. */
  readonly required?: boolean | undefined
  /** Milliseconds of a clock that never goes back. Default `performance.now`. */
  readonly now?: (() => number) | undefined
  /** In [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined
}
