import { completionBounds } from '../../usage/assumed-completion.ts'
import type { Usage } from '../../wire/usage.ts'
import type { CallFacts } from '../call-facts.ts'
import type { Candidate } from '../candidate.ts'

/** What usage would cost at a target, in US dollars; `null` where that is not known. */
export type TargetCost = (candidate: Candidate, usage: Usage, request: object) => number | null

/** What an answer is taken to have where its cap does not say less. */
const assumedTokens = 500

/** The targets by what the call would cost there, as listed where that is the same; those without a known price last. */
export function leastCostOrder(
  candidates: readonly Candidate[],
  facts: CallFacts,
  costOf: TargetCost,
): readonly Candidate[] {
  const usage = expectedUsage(facts)
  const costs = new Map(
    candidates.map(candidate => [candidate, costOf(candidate, usage, facts.call.request) ?? Number.POSITIVE_INFINITY]),
  )
  return candidates.toSorted((a, b) => {
    const [costA, costB] = [costs.get(a) ?? 0, costs.get(b) ?? 0]
    return costA === costB ? 0 : costA - costB
  })
}

function expectedUsage({ call, promptTokens }: CallFacts): Usage {
  const { cap = assumedTokens, answers } = completionBounds(call.request)
  const completion = call.operation === 'chat' ? answers * Math.min(cap, assumedTokens) : 0
  return { prompt_tokens: promptTokens, completion_tokens: completion, total_tokens: promptTokens + completion }
}
