import type { Effort, Thinking, ThinkingRules } from './thinking-rules.ts'

/** Claude takes no budget below 1,024 tokens. */
export const minimumBudget = 1_024
/** Left for the answer when the caller set no cap. */
export const answerTokens = 4_096
/** Tokens to think with, by effort. */
export const budgets: Readonly<Record<Effort, number>> = {
  minimal: 1_024,
  low: 1_024,
  medium: 2_048,
  high: 4_096,
  xhigh: 8_192,
  max: 16_384,
}

/**
 * A budget of Claude's for an effort; `undefined` where the cap leaves no room for the least.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html
 */
export function answerWithin(effort: Effort, maxTokens: number | undefined): Thinking | undefined {
  // The cap is the caller's limit on what it pays for, thinking included: the budget gives way, not the cap.
  const budget = Math.min(budgets[effort], (maxTokens ?? Number.POSITIVE_INFINITY) - 1)
  if (budget < minimumBudget) return undefined
  return {
    fields: { thinking: { type: 'enabled', budget_tokens: budget } },
    exclusive: true,
    maxTokens: maxTokens ?? budget + answerTokens,
  }
}

/** What keeps Claude from thinking, or from most of it; nothing where it thinks only when asked, or whatever it is told. */
export function leastThinking({ capabilities, maxTokens }: ThinkingRules): Thinking | undefined {
  const { least, unasked } = capabilities.claudeThinking ?? {}
  if (!unasked || least === 'adaptive') return undefined
  return { fields: { thinking: { type: least } }, exclusive: false, maxTokens }
}

/** The word that an adaptive Claude has for an effort. */
export function claudeEffort(effort: Effort, knowsXhigh: boolean): string {
  if (effort === 'minimal') return 'low'
  return effort === 'xhigh' && !knowsXhigh ? 'max' : effort
}
