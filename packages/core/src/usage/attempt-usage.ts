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
interface AttemptEnd {
  readonly outcome: Pick<
    Outcome,
    'status' | 'usage' | 'usageSource' | 'completionTokensPassed' | 'promptsSent' | 'error'
  >
  /** Milliseconds since the attempt began. */
  readonly elapsedMs: number
  /** Milliseconds until the first content of its stream; `undefined` where that is not known. */
  readonly silentMs?: number | undefined
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

function completionTokens(
  { outcome, elapsedMs, silentMs = 0, completion }: AttemptEnd,
  bounds: CompletionBounds,
): number {
  if (completion) return estimateCompletionTokens(completion)
  const { completionTokensPassed: passed = 0, status } = outcome
  // Of an answer that was whole, what was seen counts.
  if (status === 'completed') return passed
  if (passed === 0) return assumedCompletionTokens(bounds, elapsedMs)
  const thought = silentMs < thinksFromMs ? 0 : assumedCompletionTokens(bounds, silentMs)
  return atMost(bounds, passed, thought)
}

/** What begins to answer later is taken to think until then, where nobody sees it: it is charged for, and told with the usage alone. */
const thinksFromMs = 2_000

/** What passed is no guess, and not cut off. */
function atMost({ cap, answers }: CompletionBounds, passed: number, thought: number): number {
  return cap === undefined ? passed + thought : Math.max(passed, Math.min(passed + thought, answers * cap))
}
