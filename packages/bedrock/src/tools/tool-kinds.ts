import type { ToolKind } from '../answer/answer-rules.ts'
import type { BedrockChatRequest } from '../request/request-extensions.ts'
import type { ToolNames } from './tool-names.ts'

/** How calls of the request's tools come back, by wire name; `undefined` where all are plain functions. */
export function toolKindsOf(
  { tools, functions }: BedrockChatRequest,
  { toWire }: ToolNames,
): Map<string, ToolKind> | undefined {
  if (!tools?.length && !functions?.length) return undefined
  const kinds = new Map<string, ToolKind>()
  for (const tool of tools ?? []) if (tool.type === 'custom') kinds.set(toWire(tool.custom.name), 'custom')
  for (const { name } of functions ?? []) kinds.set(toWire(name), 'function_call')
  return kinds.size > 0 ? kinds : undefined
}
