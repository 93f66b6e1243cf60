import type { AnswerTrace } from '@modelgate/core'
import { isJsonObject, isTooDeep } from '../wire/json.ts'

/** An ARN and nothing else: text of the model or the caller, which a guardrail quotes, stays as it is. */
const arn = /^(arn:aws[\w-]*:[\w-]*:[\w-]*:)\d{12}(:\S*)$/

/**
 * How Bedrock says that an answer came about: a guardrail's assessments, a prompt router's choice. In its own words, but for the
 * gateway's account, which is no business of callers.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseTrace.html
 */
export function toTrace(trace: unknown): AnswerTrace | undefined {
  if (!isJsonObject(trace) || Object.keys(trace).length === 0 || isTooDeep(trace)) return undefined
  return withoutAccount(trace) as AnswerTrace
}

/** The id of the model that a prompt router chose. */
export function routedModelOf(trace: unknown): string | undefined {
  const router = isJsonObject(trace) ? trace.promptRouter : undefined
  const model = isJsonObject(router) ? router.invokedModelId : undefined
  return typeof model === 'string' && model !== '' ? model.slice(model.lastIndexOf('/') + 1) : undefined
}

function withoutAccount(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(arn, '$1[account]$2')
  if (Array.isArray(value)) return value.map(withoutAccount)
  if (!isJsonObject(value)) return value
  const members = Object.entries(value)
  return Object.fromEntries(
    members.map(([name, member]) => [name.replace(arn, '$1[account]$2'), withoutAccount(member)]),
  )
}
