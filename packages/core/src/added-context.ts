/** What a context layer did with a call. */
export interface AddedContext {
  /**
   * `hit`: facts stand in its prompt; `stale`: the same, from an answer kept beyond its time, as the source cannot be asked; `none`: there
   * were none to add; `skipped`: it is not a call that gets any; `off`: its caller wants none; `failed`: the source cannot be asked.
   */
  readonly status: 'hit' | 'stale' | 'none' | 'skipped' | 'off' | 'failed'
  /** Why the source could not be asked, in one word. */
  readonly reason?: 'timeout' | 'circuit_open' | 'error' | 'bad_answer' | undefined
  /** What the source is called. */
  readonly source?: string | undefined
  /** Ids of what was added, never its text. */
  readonly items: readonly string[]
  /** About how many tokens were added. */
  readonly tokens: number
  /** Of the source's data, as it counts it. */
  readonly version?: string | undefined
  /** Whether the source was not asked, an answer of it being at hand. */
  readonly isCached?: boolean | undefined
  /** Milliseconds that the call waited for it. */
  readonly durationMs?: number | undefined
}
