import type { ConverseRequest } from '../converse-request.ts'
import { CACHE_RULES } from './cache-rules.ts'
import { DOCUMENT_RULES } from './document-rules.ts'
import { EFFORT_RULES } from './effort-rules.ts'
import { EXTENSION_RULES } from './extension-rules.ts'
import { IMAGE_RULES } from './image-rules.ts'
import { MESSAGE_RULES } from './message-rules.ts'
import { RECORDING_RULES } from './recording-rules.ts'
import { REQUEST_RULES } from './request-rules.ts'
import type { Rule } from './rule.ts'
import { SHAPE_RULES } from './shape-rules.ts'
import { STRUCTURED_OUTPUT_RULES } from './structured-output-rules.ts'
import { THINKING_RULES } from './thinking-rules.ts'
import { TOOL_RULES } from './tool-rules.ts'
import { TOOL_TURN_RULES } from './tool-turn-rules.ts'

/** Everything Converse refuses, in the order it looks. */
export const RULES: readonly Rule[] = [
  ...SHAPE_RULES,
  ...REQUEST_RULES,
  ...EXTENSION_RULES,
  ...MESSAGE_RULES,
  ...CACHE_RULES,
  ...IMAGE_RULES,
  ...DOCUMENT_RULES,
  ...RECORDING_RULES,
  ...TOOL_RULES,
  ...TOOL_TURN_RULES,
  ...STRUCTURED_OUTPUT_RULES,
  ...EFFORT_RULES,
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
