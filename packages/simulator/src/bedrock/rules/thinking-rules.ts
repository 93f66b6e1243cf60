import { arrayOf, numberOf, objectOf, pick, stringOf } from '../../json.ts'
import type { ConverseRequest } from '../converse-request.ts'
import { isAltered, issuerOf } from '../reasoning-marks.ts'
import { type Rule, when } from './rule.ts'

const TYPES = ['adaptive', 'disabled', 'enabled', 'between_tools']
const thinking = ({ additional }: ConverseRequest) => objectOf(additional.thinking)
const budget = (request: ConverseRequest) => numberOf(thinking(request).budget_tokens) ?? 0
const budgeted = (request: ConverseRequest) =>
  request.model.claude && request.model.thinking !== 'none' && thinking(request).type === 'enabled'
const forced = ({ body, additional }: ConverseRequest) => {
  const choice = objectOf(pick(body, 'toolConfig', 'toolChoice'))
  const native = pick(additional, 'tool_choice', 'type')
  return choice.any !== undefined || choice.tool !== undefined || native === 'any' || native === 'tool'
}

/** Rules about reasoning, Claude's above all. */
export const THINKING_RULES: readonly Rule[] = [
  {
    id: 'thinking-unsupported',
    applies: ({ model }) => model.claude && model.thinking === 'none',
    check: when(({ additional }) => additional.thinking !== undefined),
    message:
      'Malformed input request: #: extraneous key [thinking] is not permitted, please reformat your input and try again.',
  },
  {
    id: 'thinking-type',
    applies: ({ model }) => model.claude && model.thinking !== 'none',
    check: ({ additional }) => {
      const type = pick(additional, 'thinking', 'type')
      return additional.thinking === undefined || TYPES.includes(String(type))
        ? undefined
        : JSON.stringify(type ?? null)
    },
    message:
      'The model returned the following errors: thinking.type: {} is none of adaptive, disabled, enabled, between_tools',
  },
  {
    id: 'thinking-between-tools-unsupported',
    applies: ({ model }) => model.claude && model.thinking !== 'none' && !model.betweenTools,
    check: when(request => thinking(request).type === 'between_tools'),
    message: 'The model returned the following errors: "thinking.type.between_tools" is not supported for this model.',
  },
  {
    id: 'thinking-adaptive-only',
    applies: ({ model }) => model.claude && model.sampling === 'none',
    check: when(request => thinking(request).type === 'enabled'),
    message:
      'The model returned the following errors: "thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
  },
  {
    id: 'thinking-adaptive-unsupported',
    applies: ({ model }) => model.claude && model.thinking === 'budget',
    check: when(request => thinking(request).type === 'adaptive'),
    message: 'The model returned the following errors: adaptive thinking is not supported on this model',
  },
  {
    id: 'thinking-off-unsupported',
    applies: ({ model }) => !model.thinkingOff,
    check: when(request => thinking(request).type === 'disabled'),
    message: 'The model returned the following errors: "thinking.type.disabled" is not supported for this model.',
  },
  {
    id: 'thinking-budget-minimum',
    applies: budgeted,
    check: when(request => budget(request) < 1024),
    message:
      'The model returned the following errors: thinking.enabled.budget_tokens: Input should be greater than or equal to 1024',
  },
  {
    id: 'thinking-budget-below-max-tokens',
    applies: budgeted,
    check: when(request => budget(request) >= (numberOf(request.inference.maxTokens) ?? Number.POSITIVE_INFINITY)),
    message: 'The model returned the following errors: `max_tokens` must be greater than `thinking.budget_tokens`.',
  },
  {
    id: 'thinking-temperature',
    applies: budgeted,
    check: when(
      ({ inference, additional }) =>
        (inference.temperature !== undefined && inference.temperature !== 1) ||
        inference.topP !== undefined ||
        additional.top_k !== undefined,
    ),
    message: 'The model returned the following errors: `temperature` may only be set to 1 when thinking is enabled.',
  },
  {
    id: 'thinking-forced-tool',
    applies: request =>
      budgeted(request) || (!request.model.forcedWhileAdaptive && thinking(request).type === 'adaptive'),
    check: when(forced),
    message: 'The model returned the following errors: Thinking may not be enabled when tool_choice forces tool use.',
  },
  {
    id: 'thinking-turn-start',
    applies: budgeted,
    check: ({ messages, blocks }) => {
      const calling = messages.findLastIndex(message => message.role === 'assistant')
      const [first, ...rest] = blocks.filter(place => place.message === calling)
      const calls = [first, ...rest].some(place => place?.block.toolUse !== undefined)
      return first && calls && first.block.reasoningContent === undefined ? first.at : undefined
    },
    message:
      'The model returned the following errors: {}.type: Expected `thinking` or `redacted_thinking`, but found another block. When `thinking` is enabled, a final `assistant` message must start with a thinking block.',
  },
  {
    id: 'reasoning-last',
    applies: ({ model }) => model.claude,
    check: ({ messages }) => {
      const at = messages.findIndex(
        ({ role, content }) => role === 'assistant' && pick(arrayOf(content).at(-1), 'reasoningContent') !== undefined,
      )
      return at < 0 ? undefined : `messages.${at}`
    },
    message:
      'The model returned the following errors: {}: The final block in an assistant message cannot be `thinking`.',
  },
  {
    id: 'reasoning-prefill',
    applies: request =>
      request.model.claude &&
      request.model.prefill &&
      !['enabled', 'adaptive'].includes(String(thinking(request).type)),
    check: ({ messages }) => {
      const last = messages.at(-1)
      if (last?.role !== 'assistant') return undefined
      const at = arrayOf(last.content).findIndex(block => pick(block, 'reasoningContent') !== undefined)
      return at < 0 ? undefined : `messages.${messages.length - 1}.content.${at}`
    },
    message:
      'The model returned the following errors: {}: When thinking is disabled, an `assistant` message in the final position cannot contain `thinking`. To use thinking blocks, enable `thinking` in your request.',
  },
  {
    id: 'reasoning-unsigned',
    applies: ({ model }) => model.reasoningReplay === 'signed',
    check: ({ blocks }) =>
      blocks.find(
        ({ block }) =>
          pick(block, 'reasoningContent', 'reasoningText') !== undefined &&
          !pick(block, 'reasoningContent', 'reasoningText', 'signature'),
      )?.at,
    message: 'The model returned the following errors: {}.thinking.signature: Field required',
  },
  {
    id: 'reasoning-altered',
    applies: ({ model }) => model.claude,
    check: ({ blocks }) =>
      blocks.find(({ block }) => {
        const { text, signature } = objectOf(pick(block, 'reasoningContent', 'reasoningText'))
        return isAltered(stringOf(text) ?? '', stringOf(signature) ?? '')
      })?.at,
    message: 'The model returned the following errors: {}: Invalid `signature` in `thinking` block',
  },
  {
    id: 'reasoning-foreign',
    applies: ({ model }) => model.claude || model.encryptsReasoning,
    check: ({ blocks, model }) =>
      blocks.find(({ block }) => {
        const issuer = issuerOf(stringOf(pick(block, 'reasoningContent', 'redactedContent')) ?? '')
        return issuer !== undefined && issuer !== model.provider
      })?.at,
    message: 'The model returned the following errors: {}: the encrypted reasoning is not of this model',
  },
  {
    id: 'reasoning-refused',
    applies: ({ model }) => model.reasoningReplay === 'refused',
    check: ({ blocks }) => blocks.find(({ block }) => block.reasoningContent !== undefined)?.at,
    message: 'Messages cannot contain reasoning content at {}. Please remove the reasoning content and try again.',
  },
]
