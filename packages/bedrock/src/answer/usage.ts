import type { Usage } from '@modelgate/core'
import type { AnswerUsage } from '../wire/converse-answer-wire.ts'

type PromptDetails = NonNullable<Usage['prompt_tokens_details']>

/**
 * Bedrock's `inputTokens` leaves out cached tokens, OpenAI's `prompt_tokens` includes them. `undefined` when nothing was reported.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
 */
export function toUsage(usage: AnswerUsage | null | undefined): Usage | undefined {
  if (!usage || (!counted(usage.inputTokens) && !counted(usage.outputTokens))) return undefined
  const details = toPromptDetails(usage)
  const { cached_tokens: cached = 0, cache_write_tokens: written = 0 } = details
  const prompt_tokens = (usage.inputTokens ?? 0) + cached + written
  const completion_tokens = usage.outputTokens ?? 0
  return {
    prompt_tokens,
    completion_tokens,
    // Not Bedrock's own total: it must be the sum of the two, whatever a model leaves out.
    total_tokens: prompt_tokens + completion_tokens,
    ...(Object.keys(details).length > 0 && { prompt_tokens_details: details }),
  }
}

/** What was written is split by how long it is kept. The wire has other names for the two figures beside these: they are no more. */
function toPromptDetails(usage: AnswerUsage): PromptDetails {
  const cached = usage.cacheReadInputTokens ?? undefined
  const lives = (usage.cacheDetails ?? []).filter(({ inputTokens }) => counted(inputTokens))
  const written = usage.cacheWriteInputTokens ?? (lives.length > 0 ? sum(lives) : undefined)
  return {
    ...(cached !== undefined && { cached_tokens: cached }),
    ...(written !== undefined && { cache_write_tokens: written }),
    ...(lives.length > 0 && {
      cache_creation_token_details: {
        ephemeral_5m_input_tokens: sum(lives.filter(({ ttl }) => ttl !== '1h')),
        ephemeral_1h_input_tokens: sum(lives.filter(({ ttl }) => ttl === '1h')),
      },
    }),
  }
}

function sum(lives: readonly { readonly inputTokens?: number | null }[]): number {
  return lives.reduce((total, { inputTokens }) => total + (inputTokens ?? 0), 0)
}

function counted(tokens: number | null | undefined): tokens is number {
  return typeof tokens === 'number'
}
