import type { ModelCapabilities } from '../models/model-capabilities.ts'
import type { ToolChoiceEntry, ToolConfig } from '../wire/converse-wire.ts'
import type { JsonObject } from '../wire/json.ts'
import type { BedrockChatRequest } from './request-extensions.ts'

/** What `parallel_tool_calls: false` makes of a request. */
interface OneToolCall {
  readonly toolConfig: ToolConfig | undefined
  /** For `additionalModelRequestFields`. */
  readonly fields?: JsonObject
  /** The model cannot be told: the answer is cut to its first call. */
  readonly oneToolCall?: true
}

/**
 * Holds the model to one tool call at a time, for callers who take no more: those with `parallel_tool_calls: false`, and those of
 * the deprecated `functions`. Claude's native choice says so, and then stands alone, since it says all that `toolChoice` says.
 * @see https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/implement-tool-use#parallel-tool-use
 */
export function atMostOneToolCall(
  { parallel_tool_calls, functions }: BedrockChatRequest,
  toolConfig: ToolConfig | undefined,
  { disablesParallelTools }: ModelCapabilities,
): OneToolCall {
  const single = parallel_tool_calls === false || Boolean(functions?.length)
  if (!single || !toolConfig?.tools.some(tool => 'toolSpec' in tool)) return { toolConfig }
  if (!disablesParallelTools) return { toolConfig, oneToolCall: true }
  const { toolChoice, ...offered } = toolConfig
  return { toolConfig: offered, fields: { tool_choice: { ...toNative(toolChoice), disable_parallel_tool_use: true } } }
}

function toNative(choice: ToolChoiceEntry | undefined): { readonly type: string; readonly name?: string } {
  if (choice && 'tool' in choice) return { type: 'tool', name: choice.tool.name }
  return { type: choice && 'any' in choice ? 'any' : 'auto' }
}
