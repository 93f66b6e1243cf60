import { mustBe, quoted, refused } from './invalid-request.ts'
import type { ReasoningStyle } from './models.ts'
import { openObject } from './open-object.ts'
import type { BedrockChatRequest } from './request-extensions.ts'
import { thinkingBlocksOf } from './thinking-blocks.ts'

/** What a wish for reasoning becomes. */
export interface Thinking {
  readonly fields: Record<string, unknown>
  /** While Claude thinks, sampling parameters and forced tool choices are refused. */
  readonly exclusive: boolean
  /** The output cap that the fields presuppose. */
  readonly maxTokens: number | undefined
}

/** What decides how reasoning is asked for. */
export interface ThinkingRules {
  readonly style: ReasoningStyle | undefined
  /** The caller's cap. */
  readonly maxTokens: number | undefined
  readonly dropped: Set<string>
}

type Effort = Exclude<NonNullable<BedrockChatRequest['reasoning_effort']>, 'none'>
type Style = (effort: Effort, maxTokens: number | undefined) => Thinking | undefined

/** Claude takes no budget below 1,024 tokens. */
const minimumBudget = 1_024
/** Left for the answer when the caller set no cap. */
const answerTokens = 4_096
const budgets: Readonly<Record<Effort, number>> = {
  minimal: 1_024,
  low: 1_024,
  medium: 2_048,
  high: 4_096,
  xhigh: 8_192,
  max: 16_384,
}

const plain = (fields: Record<string, unknown>, maxTokens: number | undefined): Thinking => ({
  fields,
  maxTokens,
  exclusive: false,
})
const pick = (effort: Effort, low: string, medium: string, high: string): string =>
  effort === 'minimal' || effort === 'low' ? low : effort === 'medium' ? medium : high

/**
 * One row a style. `undefined` where the request's cap leaves no room to think.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html
 */
const styles: Readonly<Record<ReasoningStyle, Style>> = {
  claudeBudget(effort, maxTokens) {
    // The cap is the caller's limit on what it pays for, thinking included: the budget gives way, not the cap.
    const budget = Math.min(budgets[effort], (maxTokens ?? Number.POSITIVE_INFINITY) - 1)
    if (budget < minimumBudget) return undefined
    return {
      fields: { thinking: { type: 'enabled', budget_tokens: budget } },
      exclusive: true,
      maxTokens: maxTokens ?? budget + answerTokens,
    }
  },
  claudeAdaptive(effort, maxTokens) {
    const level = effort === 'minimal' ? 'low' : effort === 'xhigh' ? 'max' : effort
    return { fields: { thinking: { type: 'adaptive' }, output_config: { effort: level } }, exclusive: true, maxTokens }
  },
  flatEffort: (effort, maxTokens) => plain({ reasoning_effort: pick(effort, 'low', 'medium', 'high') }, maxTokens),
  nestedEffort: (effort, maxTokens) => plain({ reasoning: { effort } }, maxTokens),
  novaReasoningConfig: (effort, maxTokens) =>
    // 'high' would forbid maxTokens, temperature and topP.
    plain(
      { reasoningConfig: { type: 'enabled', maxReasoningEffort: pick(effort, 'low', 'medium', 'medium') } },
      maxTokens,
    ),
  reasoningConfig: (effort, maxTokens) => plain({ reasoning_config: pick(effort, 'low', 'high', 'high') }, maxTokens),
  kimiEffort: (effort, maxTokens) => plain({ reasoning_effort: pick(effort, 'low', 'high', 'high') }, maxTokens),
}

/**
 * What `thinking` or `reasoning_effort` asks for; `undefined` when nothing is asked or the model has no way to be told.
 * @throws {GatewayError} `invalid_request` for a `thinking` that is no object, and for an effort that is none.
 */
export function toThinking(
  request: BedrockChatRequest,
  { style, maxTokens, dropped }: ThinkingRules,
): Thinking | undefined {
  const own = openObject(request.thinking, 'thinking', "an object such as { type: 'enabled', budget_tokens: 2048 }")
  const effort = effortOf(request)
  if (own) {
    if (effort) dropped.add('reasoning_effort')
    return { fields: { thinking: own }, exclusive: own.type !== 'disabled', maxTokens }
  }
  if (!effort) return undefined
  const thinking = lostItsThinking(request, style) ? undefined : style && styles[style](effort, maxTokens)
  if (!thinking) dropped.add('reasoning_effort')
  return thinking
}

/** `none` is said by leaving it out: several models refuse an explicit one. */
function effortOf({ reasoning_effort: effort }: BedrockChatRequest): Effort | undefined {
  if (effort === undefined || effort === null || effort === 'none') return undefined
  if (Object.hasOwn(budgets, effort)) return effort
  const choices = ['none', ...Object.keys(budgets)].join(', ')
  if (typeof effort !== 'string') throw mustBe('reasoning_effort', `one of ${choices}`, effort)
  throw refused('reasoning_effort', `${quoted(effort)} is not a reasoning effort; use one of ${choices}`)
}

/**
 * While Claude thinks, an assistant turn with tool calls must start with its thinking block. Where the client lost it, the
 * whole request would be refused: that turn goes on without thinking.
 */
function lostItsThinking({ messages }: BedrockChatRequest, style: ReasoningStyle | undefined): boolean {
  if (style !== 'claudeBudget' && style !== 'claudeAdaptive') return false
  const index = messages.findLastIndex(message => message.role === 'assistant')
  const last = messages[index]
  if (last?.role !== 'assistant' || !last.tool_calls?.length) return false
  const blocks = thinkingBlocksOf(last, `messages[${index}]`)
  return !blocks.some(block => block.type === 'redacted_thinking' || block.signature)
}
