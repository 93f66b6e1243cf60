import type { Usage } from '../wire/usage.ts'

/**
 * Usage as an upstream reported it, if that is what it is: servers report what they like, and one `NaN` in a sum would never leave it.
 * `undefined` where prompt or completion is no count of tokens; a total that is none is their sum.
 */
export function reportedUsage(usage: Usage | null | undefined): Usage | undefined {
  if (!usage || !isCount(usage.prompt_tokens) || !isCount(usage.completion_tokens)) return undefined
  if (isCount(usage.total_tokens)) return usage
  return { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens }
}

/** Prompt tokens read from a cache, if that is what was reported. */
export function cachedTokensOf(usage: Usage | undefined): number | undefined {
  return countOf(usage?.prompt_tokens_details?.cached_tokens)
}

/** A share of the tokens, if it is a count: one text among numbers would make a text of their sum. */
export function countOf(tokens: number | undefined): number | undefined {
  return isCount(tokens) ? tokens : undefined
}

function isCount(tokens: unknown): boolean {
  return Number.isSafeInteger(tokens) && (tokens as number) >= 0
}
