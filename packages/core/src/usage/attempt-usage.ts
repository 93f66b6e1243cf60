import type { Call, Outcome } from '../contract.ts'
import type { SettledUsage } from '../outcome.ts'
import type { ChatCompletion } from '../wire/chat-completion.ts'
import type { Usage } from '../wire/usage.ts'
import { assumedCompletionTokens, type CompletionBounds, completionBounds } from './assumed-completion.ts'
import { estimateCompletionTokens } from './estimate-completion.ts'
import { estimatePromptTokens } from './estimate-prompt.ts'
import { mayHaveWorked } from './may-have-worked.ts'
import { reportedUsage } from './reported-usage.ts'

/** What of a request an estimate needs, small enough to be kept while its answer streams. */
export interface EstimateBasis {
  readonly promptTokens: number
  /** `undefined` for an operation that generates nothing. */
  readonly completion: CompletionBounds | undefined
}

/** What an estimate rests on. */
export function estimateBasis({ operation, request }: Call): EstimateBasis {
  return {
    promptTokens: estimatePromptTokens(request),
    completion: operation === 'chat' ? completionBounds(request) : undefined,
  }
}

/** How an attempt ended: what its upstream said of it, and what else is known. */
export interface AttemptEnd {
  readonly outcome: Pick<
    Outcome,
    'status' | 'usage' | 'usageSource' | 'completionTokensPassed' | 'promptsSent' | 'error'
  >
  /** Milliseconds since the attempt began. */
  readonly elapsedMs: number
  /** The whole answer, where it was one. */
  readonly completion?: ChatCompletion | undefined
}

/**
 * What an attempt used: as reported, else estimated where its upstream worked or may have worked, else nothing. `basis` is asked
 * for where there is something to estimate.
 */
export function attemptUsage(end: AttemptEnd, basis: () => EstimateBasis): SettledUsage {
  const { usageSource, completionTokensPassed = 0, status, error } = end.outcome
  const usage = reportedUsage(end.outcome.usage)
  if (usage) return { usage, usageSource }
  const worked = status === 'completed' || completionTokensPassed > 0 || mayHaveWorked(error)
  if (!worked) return { usageSource: 'estimated' }
  return { usage: estimatedUsage(end, basis()), usageSource: 'estimated' }
}

function estimatedUsage(end: AttemptEnd, { promptTokens, completion }: EstimateBasis): Usage {
  const tokens = completion ? completionTokens(end, completion) : 0
  const prompts = promptTokens * (end.outcome.promptsSent ?? 1)
  return { prompt_tokens: prompts, completion_tokens: tokens, total_tokens: prompts + tokens }
}

function completionTokens({ outcome, elapsedMs, completion }: AttemptEnd, bounds: CompletionBounds): number {
  if (completion) return estimateCompletionTokens(completion)
  // Of an answer that was whole, or of which some was seen, what was seen counts.
  if (outcome.completionTokensPassed || outcome.status === 'completed') return outcome.completionTokensPassed ?? 0
  return assumedCompletionTokens(bounds, elapsedMs)
}
