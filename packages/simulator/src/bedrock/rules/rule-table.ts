import type { ConverseRequest } from '../converse-request.ts'
import { MEDIA_RULES } from './media-rules.ts'
import { MESSAGE_RULES } from './message-rules.ts'
import { REQUEST_RULES } from './request-rules.ts'
import type { Rule } from './rule.ts'
import { THINKING_RULES } from './thinking-rules.ts'
import { TOOL_RULES } from './tool-rules.ts'
import { TOOL_TURN_RULES } from './tool-turn-rules.ts'

/** Everything Converse refuses, in the order it looks. */
export const RULES: readonly Rule[] = [
  ...REQUEST_RULES,
  ...MESSAGE_RULES,
  ...MEDIA_RULES,
  ...TOOL_RULES,
  ...TOOL_TURN_RULES,
  ...THINKING_RULES,
]

/** The rule a request breaks, with the words it is refused with; undefined when Bedrock would answer. */
export function brokenRule(request: ConverseRequest): { readonly id: string; readonly message: string } | undefined {
  for (const { id, applies, check, message } of RULES) {
    if (applies && !applies(request)) continue
    const offence = check(request)
    if (offence !== undefined) return { id, message: message.replaceAll('{}', () => offence) }
  }
  return undefined
}
