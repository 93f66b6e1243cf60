import { arrayOf, isJsonObject, numberOf, pick } from '../../json.ts'
import type { ChatRule } from './chat-rule.ts'

const number = (name: string, least: number, most: number): ChatRule => ({
  id: name,
  check: body => {
    const value = numberOf(body[name])
    if (value === undefined || (value >= least && value <= most)) return undefined
    const [word, side] = value < least ? ['below minimum', `>= ${least}`] : ['above maximum', `<= ${most}`]
    const code = value < least ? 'decimal_below_min_value' : 'decimal_above_max_value'
    return {
      message: `Invalid '${name}': decimal ${word} value. Expected a value ${side}, but got ${value} instead.`,
      param: name,
      code,
    }
  },
})
/** Reasoning models refuse a parameter, whatever its value. */
const refusedByReasoning = (name: string, advice: string): ChatRule => ({
  id: `${name}-reasoning`,
  check: (body, { reasons }) =>
    reasons && body[name] !== undefined && body[name] !== null
      ? {
          message: `Unsupported parameter: '${name}' is not supported with this model.${advice}`,
          param: name,
          code: 'unsupported_parameter',
        }
      : undefined,
})

/** Rules about parameters, and what a reasoning model takes of them. */
export const PARAMETER_RULES: readonly ChatRule[] = [
  {
    id: 'stream-options-without-stream',
    check: body =>
      isJsonObject(body.stream_options) && body.stream !== true
        ? {
            message: "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            param: 'stream_options',
          }
        : undefined,
  },
  {
    id: 'metadata-without-store',
    check: body =>
      isJsonObject(body.metadata) && body.store !== true
        ? { message: "The 'metadata' parameter is only allowed when 'store' is enabled.", param: 'metadata' }
        : undefined,
  },
  number('temperature', 0, 2),
  number('top_p', 0, 1),
  number('presence_penalty', -2, 2),
  number('frequency_penalty', -2, 2),
  number('n', 1, 128),
  number('max_tokens', 1, 1_000_000),
  number('max_completion_tokens', 1, 1_000_000),
  {
    id: 'both-max-tokens',
    check: body =>
      numberOf(body.max_tokens) !== undefined && numberOf(body.max_completion_tokens) !== undefined
        ? {
            message: 'Setting `max_tokens` and `max_completion_tokens` at the same time is not supported.',
            code: 'invalid_parameter_combination',
          }
        : undefined,
  },
  refusedByReasoning('max_tokens', " Use 'max_completion_tokens' instead."),
  refusedByReasoning('stop', ''),
  {
    id: 'temperature-reasoning',
    check: (body, { reasons }) =>
      reasons && (numberOf(body.temperature) ?? 1) !== 1
        ? {
            message: `Unsupported value: 'temperature' does not support ${String(body.temperature)} with this model. Only the default (1) value is supported.`,
            param: 'temperature',
            code: 'unsupported_value',
          }
        : undefined,
  },
  {
    id: 'stop-count',
    check: ({ stop }) =>
      arrayOf(stop).length > 4
        ? {
            message: `Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length ${arrayOf(stop).length} instead.`,
            param: 'stop',
            code: 'array_above_max_length',
          }
        : undefined,
  },
  {
    id: 'json-word',
    check: body =>
      pick(body, 'response_format', 'type') === 'json_object' && !/json/i.test(JSON.stringify(body.messages))
        ? {
            message:
              "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
            param: 'messages',
          }
        : undefined,
  },
]
