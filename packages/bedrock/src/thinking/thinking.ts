import type { ReasoningStyle } from '../models/model-capabilities.ts'
import { mustBe, quoted, refused } from '../request/invalid-request.ts'
import { openObject } from '../request/open-object.ts'
import type { BedrockChatRequest } from '../request/request-extensions.ts'
import { answerWithin, budgets, claudeEffort, leastThinking } from './claude-thinking.ts'
import { ownThinking } from './own-thinking.ts'
import type { Effort, Thinking, ThinkingRules } from './thinking-rules.ts'
import { lostItsThinking } from './thinking-turn.ts'

type Style = (effort: Effort, request: BedrockChatRequest, rules: ThinkingRules) => Thinking | undefined

const plain = (fields: Record<string, unknown>, maxTokens: number | undefined): Thinking => ({
  fields,
  maxTokens,
  exclusive: false,
})
const pick = (effort: Effort, low: string, medium: string, high: string): string =>
  effort === 'minimal' || effort === 'low' ? low : effort === 'medium' ? medium : high

/** One row a style. `undefined` where the request's cap leaves no room to think. */
const styles: Readonly<Record<ReasoningStyle, Style>> = {
  claudeBudget: (effort, _request, { maxTokens }) => answerWithin(effort, maxTokens),
  claudeAdaptive(effort, _request, { capabilities, maxTokens }) {
    const level = claudeEffort(effort, capabilities.claudeThinking?.xhighEffort === true)
    return { fields: { thinking: { type: 'adaptive' }, output_config: { effort: level } }, exclusive: true, maxTokens }
  },
  flatEffort: (effort, _request, { maxTokens }) =>
    plain({ reasoning_effort: pick(effort, 'low', 'medium', 'high') }, maxTokens),
  nestedEffort: (effort, _request, { maxTokens }) =>
    plain({ reasoning: { effort: effort === 'minimal' ? 'low' : effort } }, maxTokens),
  novaReasoningConfig(effort, { temperature, top_p: topP }, { maxTokens }) {
    // Nova takes no cap and no sampling beside 'high': what the caller set counts more than the last bit of effort.
    const isFree = maxTokens === undefined && (temperature ?? topP ?? undefined) === undefined
    const level = pick(effort, 'low', 'medium', isFree ? 'high' : 'medium')
    return plain({ reasoningConfig: { type: 'enabled', maxReasoningEffort: level } }, maxTokens)
  },
  reasoningConfig: (effort, _request, { maxTokens }) =>
    plain({ reasoning_config: pick(effort, 'low', 'high', 'high') }, maxTokens),
  kimiEffort: (effort, _request, { maxTokens }) =>
    plain({ reasoning_effort: isUtmost(effort) ? 'max' : pick(effort, 'low', 'high', 'high') }, maxTokens),
}

function isUtmost(effort: Effort): boolean {
  return effort === 'xhigh' || effort === 'max'
}

/**
 * What `thinking` or `reasoning_effort` asks for; `undefined` when nothing is asked or the model has no way to be told.
 * @throws {GatewayError} `invalid_request` for a `thinking` that is no object or that Claude would refuse, and for an effort that is none.
 */
export function toThinking(request: BedrockChatRequest, rules: ThinkingRules): Thinking | undefined {
  const own = openObject(request.thinking, 'thinking', "an object such as { type: 'enabled', budget_tokens: 2048 }")
  const effort = effortOf(request)
  const { capabilities, dropped } = rules
  if (own && capabilities.takesThinking) {
    return ownThinking(own, request, { ...rules, effort: effort === 'none' ? undefined : effort })
  }
  if (own && (own.type !== 'disabled' || capabilities.alwaysReasons)) dropped.add('thinking')
  if (!effort) return undefined
  const thinking = effort === 'none' ? toNone(rules) : toEffort(effort, request, rules)
  if (!thinking && (effort !== 'none' || capabilities.alwaysReasons)) dropped.add('reasoning_effort')
  return thinking
}

function toEffort(effort: Effort, request: BedrockChatRequest, rules: ThinkingRules): Thinking | undefined {
  const { capabilities } = rules
  if (capabilities.reasoning === 'claudeBudget' && lostItsThinking(request, capabilities)) return undefined
  return capabilities.reasoning && styles[capabilities.reasoning](effort, request, rules)
}

/** No reasoning is said by leaving it out where a model reasons only when asked, since several refuse a `none`; OpenAI's know that word. */
function toNone(rules: ThinkingRules): Thinking | undefined {
  if (rules.capabilities.reasoning === 'nestedEffort') return plain({ reasoning: { effort: 'none' } }, rules.maxTokens)
  return leastThinking(rules)
}

function effortOf({ reasoning_effort: effort }: BedrockChatRequest): Effort | 'none' | undefined {
  if (effort === undefined || effort === null) return undefined
  if (effort === 'none' || Object.hasOwn(budgets, effort)) return effort
  const choices = ['none', ...Object.keys(budgets)].join(', ')
  if (typeof effort !== 'string') throw mustBe('reasoning_effort', `one of ${choices}`, effort)
  throw refused('reasoning_effort', `${quoted(effort)} is not a reasoning effort; use one of ${choices}`)
}
