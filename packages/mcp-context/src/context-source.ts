/**
 * Where facts for prompts come from: an MCP server, a search of one's own, a table in memory. What it gives is never trusted; the
 * layer selects, cleans and cuts it. A source keeps no cache, no clock and no breaker of its own: the layer does, for each alike.
 */
export interface ContextSource {
  /**
   * What is known about a query: the most relevant first. Whatever it throws, or a promise that rejects, is a failure of the source,
   * as is an answer of another shape. Only a `GatewayError` `invalid_request` blames the query: the search has failed, and the breaker does
   * not count it. A connection that it needs it goes on making when the signal has aborted: the next search wants it.
   */
  search(query: string, options: SearchOptions): SearchAnswer | PromiseLike<SearchAnswer>
  /** What it is and how it stands, as far as it knows without asking anybody: for health and administration. */
  describe(): SourceState
  /** Ends its connections and child processes. Searches under way may fail. A second call does nothing. */
  close(): Promise<void>
}

/** The circumstances of one search. */
export interface SearchOptions {
  /** Aborts when nobody waits for the answer any more, its time being over. */
  readonly signal: AbortSignal
  /** On whose behalf; `undefined` where the call has no principal, or its principal no tenant. */
  readonly tenant: string | undefined
  /** How many items are of use; more than these are looked at in no case. */
  readonly limit: number
}

/** What a source found. */
export interface SearchAnswer {
  /** Of any shape: the layer's `select` takes from each what it knows. */
  readonly items: readonly unknown[]
  /** Milliseconds for which the answer holds; 0 that it is not to be kept. Default: the layer's `ttlMs`. */
  readonly ttlMs?: number | undefined
  /** `public` where every tenant would get the same. Default `private`: it is kept for the tenant who asked. */
  readonly cacheScope?: 'public' | 'private' | undefined
  /** Of the data, as the source counts it; told in reports. */
  readonly version?: string | undefined
}

/** How a source stands. */
export interface SourceState {
  /** What it is called in reports, metrics and health: of few values, and nobody's secret. */
  readonly name: string
  /** `idle` where it has not been asked yet, or needs no connection; `refused` where it may not be used, as an MCP tool that has changed. */
  readonly state: 'idle' | 'connected' | 'disconnected' | 'refused'
  /** In a few words: a protocol version, a server's name, why it is refused. Never a secret. */
  readonly detail?: string | undefined
}

/** The least that is a source: a search alone. */
export type SearchFunction = ContextSource['search']

/** A source, whichever way it was given. A function's name is its own, else `search`. */
export function toContextSource(source: ContextSource | SearchFunction): ContextSource {
  if (typeof source !== 'function') return source
  const name = source.name || 'search'
  return { search: source, describe: () => ({ name, state: 'idle' }), close: () => Promise.resolve() }
}
