/** How fast a model is taken to write where nothing of its answer was seen: as fast as the fast ones do. */
const tokensPerSecond = 100

/** How many tokens a request lets its answers have. */
export interface CompletionBounds {
  /** For each answer; `undefined` where the request says nothing. */
  readonly cap: number | undefined
  readonly answers: number
}

/** Reads them of a request, which may hold anything. */
export function completionBounds(request: object): CompletionBounds {
  const { max_completion_tokens, max_tokens, n } = request as Readonly<Record<string, unknown>>
  const cap = max_completion_tokens ?? max_tokens
  return {
    cap: typeof cap === 'number' && cap >= 0 ? cap : undefined,
    answers: typeof n === 'number' && n > 1 ? n : 1,
  }
}

/**
 * How many tokens an answer may have had that nobody waited for: 100 for each second since it was asked for, at most what the
 * request allows. No more than a guess, and meant to be a high one: the upstream charges what it wrote, and tells nobody.
 */
export function assumedCompletionTokens({ cap, answers }: CompletionBounds, elapsedMs: number): number {
  const each = Math.ceil((Math.max(0, elapsedMs) / 1_000) * tokensPerSecond)
  return answers * (cap === undefined ? each : Math.min(each, cap))
}
