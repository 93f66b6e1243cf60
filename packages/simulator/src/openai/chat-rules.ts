import { type JsonObject, stringOf } from '../json.ts'
import type { Failure } from '../script.ts'
import { type OpenaiModel, openaiModel, unknownModel } from './models.ts'
import type { ChatRule } from './rules/chat-rule.ts'
import { EFFORT_RULES } from './rules/effort-rules.ts'
import { MESSAGE_RULES } from './rules/message-rules.ts'
import { PARAMETER_RULES } from './rules/parameter-rules.ts'
import { TOOL_RULES } from './rules/tool-rules.ts'

/** Everything the chat endpoint refuses, in the order it looks. */
export const CHAT_RULES: readonly ChatRule[] = [...MESSAGE_RULES, ...TOOL_RULES, ...EFFORT_RULES, ...PARAMETER_RULES]

/** What OpenAI would say against a chat request; undefined when it would answer. */
export function brokenChatRule(body: JsonObject, models: readonly OpenaiModel[]): Failure | undefined {
  const id = stringOf(body.model)
  if (id === undefined) return { status: 400, message: 'you must provide a model parameter' }
  const model = openaiModel(id, models)
  if (!model) return unknownModel(id)
  if (model.kind !== 'chat') {
    const message =
      'This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?'
    return { status: 404, message, param: 'model', code: null }
  }
  for (const { id: rule, check } of CHAT_RULES) {
    const offence = check(body, model)
    if (offence) return { status: 400, rule, ...offence }
  }
  return undefined
}
