/** What of a route's answers is kept, and how long. */
export interface RouteCache {
  /** Milliseconds. Default: as `cache.ttlMs` of the gateway says. */
  readonly ttlMs?: number | undefined
  /** Whether answers that call tools are kept, too. Default: as `cache.toolCalls` of the gateway says. */
  readonly toolCalls?: boolean | undefined
}
