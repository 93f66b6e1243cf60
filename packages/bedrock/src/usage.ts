import type { Usage } from '@modelgate/core'
import type { AnswerUsage } from './converse-wire.ts'

/**
 * Bedrock's `inputTokens` leaves out cached tokens, OpenAI's `prompt_tokens` includes them. `undefined` when nothing was reported.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
 */
export function toUsage(usage: AnswerUsage | null | undefined): Usage | undefined {
  if (!usage) return undefined
  const cached = usage.cacheReadInputTokens ?? undefined
  const written = usage.cacheWriteInputTokens ?? undefined
  const prompt_tokens = (usage.inputTokens ?? 0) + (cached ?? 0) + (written ?? 0)
  const completion_tokens = usage.outputTokens ?? 0
  const details = {
    ...(cached !== undefined && { cached_tokens: cached }),
    ...(written !== undefined && { cache_write_tokens: written }),
  }
  return {
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
    ...(Object.keys(details).length > 0 && { prompt_tokens_details: details }),
  }
}
