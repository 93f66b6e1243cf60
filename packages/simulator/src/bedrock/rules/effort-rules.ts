import { objectOf, pick, stringOf } from '../../json.ts'
import type { ConverseRequest } from '../converse-request.ts'
import { type Rule, when } from './rule.ts'

const LEVELS = ['low', 'medium', 'high', 'xhigh', 'max']
const ABOVE_HIGH = new Set(['xhigh', 'max'])

const nativeEffort = ({ additional, model }: ConverseRequest) => pick(additional, ...(model.effort?.path ?? ['none']))
const effort = (request: ConverseRequest) =>
  stringOf(pick(request.body, 'outputConfig', 'effort')) ??
  stringOf(pick(request.additional, 'output_config', 'effort'))
const novaEffort = ({ additional }: ConverseRequest) => pick(additional, 'reasoningConfig', 'maxReasoningEffort')

/** Rules about how hard a model is told to think. */
export const EFFORT_RULES: readonly Rule[] = [
  {
    id: 'effort-value',
    check: ({ body }) => {
      const value = stringOf(pick(body, 'outputConfig', 'effort'))
      return value === undefined || LEVELS.includes(value) ? undefined : value
    },
    message:
      "1 validation error detected: Value '{}' at 'outputConfig.effort' failed to satisfy constraint: Member must satisfy enum value set: [low, medium, high, xhigh, max]",
  },
  {
    id: 'effort-unsupported',
    applies: ({ model }) => model.thinking === 'none' && model.effort === undefined,
    check: when(({ body }) => pick(body, 'outputConfig', 'effort') !== undefined),
    message: "This model doesn't support the outputConfig.effort field. Remove outputConfig.effort and try again.",
  },
  {
    id: 'effort-of-model',
    applies: ({ model }) => model.effort !== undefined,
    check: request => {
      const values = request.model.effort?.values ?? []
      const asked = request.model.claude ? effort(request) : nativeEffort(request)
      if (asked === undefined || values.includes(stringOf(asked) ?? '')) return undefined
      return `${JSON.stringify(asked)}: use one of ${values.join(', ')}`
    },
    message: 'The model returned the following errors: reasoning effort {}',
  },
  {
    id: 'effort-without-thinking',
    applies: ({ model }) => model.highEffortThinks,
    check: request =>
      pick(request.additional, 'thinking', 'type') === 'disabled' && ABOVE_HIGH.has(effort(request) ?? '')
        ? effort(request)
        : undefined,
    message: 'The model returned the following errors: effort {} needs thinking; it may not be disabled above high.',
  },
  {
    id: 'high-effort-alone',
    applies: request => novaEffort(request) === 'high',
    check: ({ inference }) =>
      ['maxTokens', 'temperature', 'topP'].find(name => objectOf(inference)[name] !== undefined),
    message: 'The model returned the following errors: {} may not be set when maxReasoningEffort is high.',
  },
]
