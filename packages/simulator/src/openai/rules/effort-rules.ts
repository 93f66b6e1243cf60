import { arrayOf, stringOf } from '../../json.ts'
import type { Failure } from '../../script.ts'
import type { OpenaiModel } from '../models.ts'
import type { ChatRule } from './chat-rule.ts'

/** Where an API has the effort, and how it says that it is refused. */
export interface EffortWords {
  readonly param: string
  readonly says: (effort: string) => string
}

/** What a model that always reasons says to an effort of none; undefined when the effort is right. */
export function refusedEffort(
  effort: unknown,
  { alwaysReasons }: OpenaiModel,
  { param, says }: EffortWords,
): Omit<Failure, 'status'> | undefined {
  if (!alwaysReasons || (effort !== 'none' && effort !== 'minimal')) return undefined
  const message = `Unsupported value: ${says(effort)} Supported values are: 'low', 'medium', 'high', 'xhigh', and 'max'.`
  return { message, param, code: 'unsupported_value' }
}

/** Rules about how much a model reasons, and what it may do then. */
export const EFFORT_RULES: readonly ChatRule[] = [
  {
    id: 'effort-none',
    check: ({ reasoning_effort: effort }, model) =>
      refusedEffort(effort, model, {
        param: 'reasoning_effort',
        says: value => `'reasoning_effort' does not support '${value}' with this model.`,
      }),
  },
  {
    // They reason by default: a request that says no effort is refused as well.
    id: 'tools-with-effort',
    check: (body, { id, callsInResponses }) =>
      callsInResponses && arrayOf(body.tools).length > 0 && stringOf(body.reasoning_effort) !== 'none'
        ? {
            message: `Function tools with reasoning_effort are not supported for ${id} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.`,
            param: 'reasoning_effort',
            code: null,
          }
        : undefined,
  },
]
