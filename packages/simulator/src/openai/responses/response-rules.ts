import { type JsonObject, stringOf } from '../../json.ts'
import type { Failure } from '../../script.ts'
import { openaiModel } from '../models.ts'
import { ITEM_RULES } from './rules/item-rules.ts'
import { MEMBER_RULES, PARAMETER_RULES } from './rules/parameter-rules.ts'
import { missing, type ResponseRule } from './rules/response-rule.ts'
import { TOOL_RULES } from './rules/tool-rules.ts'
import { VALUE_RULES } from './rules/value-rules.ts'

/** Everything the responses endpoint refuses, in the order it looks. */
export const RESPONSE_RULES: readonly ResponseRule[] = [
  ...MEMBER_RULES,
  ...VALUE_RULES,
  ...PARAMETER_RULES,
  ...TOOL_RULES,
  ...ITEM_RULES,
]

/** What OpenAI would say against a request for a response; undefined when it would answer. */
export function brokenResponseRule(body: JsonObject, stored: ReadonlySet<string>): Failure | undefined {
  const id = stringOf(body.model)
  if (id === undefined) return { status: 400, ...missing('model') }
  const model = openaiModel(id)
  if (model?.kind !== 'chat') {
    const message = `The requested model '${id}' does not exist.`
    return { status: 400, message, param: 'model', code: 'model_not_found' }
  }
  for (const { id: rule, check } of RESPONSE_RULES) {
    const offence = check({ body, model, stored })
    if (offence) return { status: 400, rule, ...offence }
  }
  return undefined
}
