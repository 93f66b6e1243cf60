import type { ModelCapabilities } from '../models/model-capabilities.ts'
import type { BedrockChatRequest } from '../request/request-extensions.ts'

/** What a wish for reasoning becomes. */
export interface Thinking {
  readonly fields: Record<string, unknown>
  /** While Claude thinks, sampling parameters are refused, and by most of them forced tool choices. */
  readonly exclusive: boolean
  /** The output cap that the fields presuppose. */
  readonly maxTokens: number | undefined
}

/** What decides how reasoning is asked for. */
export interface ThinkingRules {
  readonly capabilities: ModelCapabilities
  /** The caller's cap. */
  readonly maxTokens: number | undefined
  readonly dropped: Set<string>
}

/** How hard to think, where that is not "not at all". */
export type Effort = Exclude<NonNullable<BedrockChatRequest['reasoning_effort']>, 'none'>
