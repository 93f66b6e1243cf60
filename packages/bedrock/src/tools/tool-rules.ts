import type { ModelCapabilities } from '../models/model-capabilities.ts'
import type { StrictRoom } from '../request/strictable.ts'
import type { ToolNames } from './tool-names.ts'

/** What decides how tools are offered. */
export interface ToolRules {
  readonly capabilities: ModelCapabilities
  readonly toolNames: ToolNames
  readonly dropped: Set<string>
  /** Most Claudes refuse a forced choice while they think. */
  readonly mayForce: boolean
  /** Where schemas must be followed: what they may have together. */
  readonly strictRoom?: StrictRoom
  /** What the caller called the choice, should it be lost. */
  readonly choiceParam?: 'tool_choice' | 'function_call'
  /** What the caller called the tools. */
  readonly toolsParam?: 'tools' | 'functions'
}
