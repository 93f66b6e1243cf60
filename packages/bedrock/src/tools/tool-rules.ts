import type { ModelCapabilities } from '../models/model-capabilities.ts'
import type { ToolNames } from './tool-names.ts'

/** What decides how tools are offered. */
export interface ToolRules {
  readonly capabilities: ModelCapabilities
  readonly toolNames: ToolNames
  readonly dropped: Set<string>
  /** Claude refuses a forced choice while it thinks. */
  readonly mayForce: boolean
  /** What the caller called the choice, should it be lost. */
  readonly choiceParam?: 'tool_choice' | 'function_call'
  /** What the caller called the tools. */
  readonly toolsParam?: 'tools' | 'functions'
}
