import { mustBe, refused } from '../request/invalid-request.ts'
import type { BedrockChatRequest } from '../request/request-extensions.ts'
import { isJsonObject, type JsonObject } from '../wire/json.ts'
import { answerTokens, answerWithin, claudeEffort, leastThinking, minimumBudget } from './claude-thinking.ts'
import type { Effort, Thinking, ThinkingRules } from './thinking-rules.ts'
import { lostItsThinking } from './thinking-turn.ts'

/**
 * The caller's own `thinking` for Claude: as it is where the model takes that form, else the nearest that it takes. A model that we do
 * not know (an opaque ARN) is sent it as it is.
 * @throws {GatewayError} `invalid_request` for a budget that Claude would refuse.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html
 */
export function ownThinking(
  own: JsonObject,
  request: BedrockChatRequest,
  { effort, ...rules }: ThinkingRules & { readonly effort: Effort | undefined },
): Thinking | undefined {
  const { capabilities, maxTokens, dropped } = rules
  const traits = capabilities.claudeThinking
  const asIs = (exclusive: boolean): Thinking => {
    if (effort) dropped.add('reasoning_effort')
    const cap =
      capabilities.demandsCap && typeof own.budget_tokens === 'number' ? own.budget_tokens + answerTokens : undefined
    return { fields: { thinking: own }, exclusive, maxTokens: maxTokens ?? cap }
  }
  if (own.type === 'disabled') {
    if (!traits || traits.least === 'disabled') return asIs(false)
    dropped.add('thinking')
    if (effort) dropped.add('reasoning_effort')
    return leastThinking(rules)
  }
  if (!traits) return asIs(true)
  const hasBudget = own.type === 'enabled' ? traits.budget : own.type === 'adaptive' && !traits.adaptive
  if (hasBudget && lostItsThinking(request, capabilities)) {
    dropped.add('thinking')
    return undefined
  }
  if (own.type === 'enabled') {
    const budget = budgetOf(own)
    if (traits.budget) {
      checkBudget(budget, request, rules)
      return asIs(true)
    }
    // This Claude takes no budget, only how hard to try.
    dropped.add('thinking.budget_tokens')
    const { budget_tokens: _budget, ...others } = own
    return adaptively({ ...others, type: 'adaptive' }, effort ?? effortWithin(budget), rules)
  }
  if (own.type !== 'adaptive') return asIs(true)
  if (traits.adaptive) return adaptively(own, effort, rules)
  const within = answerWithin(effort ?? 'high', maxTokens)
  if (!within) dropped.add('thinking')
  return within
}

function adaptively(
  thinking: JsonObject,
  effort: Effort | undefined,
  { capabilities, maxTokens }: ThinkingRules,
): Thinking {
  const level = effort && claudeEffort(effort, capabilities.claudeThinking?.xhighEffort === true)
  return { fields: { thinking, ...(level && { output_config: { effort: level } }) }, exclusive: true, maxTokens }
}

function effortWithin(budget: number): Effort {
  if (budget <= 1_024) return 'low'
  return budget <= 2_048 ? 'medium' : 'high'
}

function budgetOf({ budget_tokens: budget }: JsonObject): number {
  if (typeof budget === 'number') return budget
  throw mustBe('thinking.budget_tokens', `a number of tokens, at least ${minimumBudget}`, budget)
}

function checkBudget(budget: number, request: BedrockChatRequest, { maxTokens, capabilities }: ThinkingRules): void {
  if (!Number.isInteger(budget) || budget < minimumBudget) {
    throw refused('thinking.budget_tokens', `${budget} is less than Claude takes; send a whole number of at least 1024`)
  }
  // Thinking between tool calls, a beta, may take more than one answer's cap.
  const fields = request.additional_model_request_fields
  if (isJsonObject(fields) && fields.anthropic_beta) return
  const { maxOutputTokens: most, family } = capabilities
  if (budget >= most) {
    throw refused('thinking.budget_tokens', `${budget} is not less than ${most}, all that ${family} gives; send less`)
  }
  if (maxTokens === undefined || budget < maxTokens) return
  const why = `${budget} leaves nothing of the cap of ${maxTokens} tokens for the answer`
  throw refused('thinking.budget_tokens', `${why}; send less, or raise max_completion_tokens`)
}
