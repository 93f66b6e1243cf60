import type { ChatCompletionRequest } from '@modelgate/core'
import type { AnswerRules, ToolKind } from '../answer/answer-rules.ts'
import { toolNamesIn } from '../tools/tools.ts'

/** {@link AnswerRules} as they are kept until the answer is there. */
export interface SavedRules {
  /** Wire names and what the caller called them, where these differ. */
  readonly names?: readonly (readonly [wire: string, name: string])[]
  readonly kinds?: readonly (readonly [wire: string, kind: ToolKind])[]
  readonly wrappedTools?: readonly string[]
  readonly oneToolCall?: true
  readonly wrappedRoot?: true
  readonly stripFences?: true
}

/** What of a request's rules is not as for any other; `undefined` where nothing is. */
export function saveRules(rules: AnswerRules, request: ChatCompletionRequest): SavedRules | undefined {
  const functions = (request.functions ?? []).map(({ name }) => name)
  const names = [...new Set([...toolNamesIn(request), ...functions])]
    .map(name => [rules.toolNames.toWire(name), name] as const)
    .filter(([wire, name]) => wire !== name)
  const saved: SavedRules = {
    ...(names.length > 0 && { names }),
    ...(rules.toolKinds && { kinds: [...rules.toolKinds] }),
    ...(rules.wrappedTools && { wrappedTools: [...rules.wrappedTools] }),
    ...(rules.oneToolCall && { oneToolCall: true }),
    ...(rules.wrappedRoot && { wrappedRoot: true }),
    ...(rules.stripFences && { stripFences: true }),
  }
  return Object.keys(saved).length > 0 ? saved : undefined
}

/** The rules again. */
export function restoreRules({ names = [], kinds, wrappedTools, ...others }: SavedRules = {}): AnswerRules {
  const callerNames = new Map(names)
  return {
    toolNames: { toWire: name => name, fromWire: wire => callerNames.get(wire) ?? wire },
    ...(kinds && { toolKinds: new Map(kinds) }),
    ...(wrappedTools && { wrappedTools: new Set(wrappedTools) }),
    ...others,
  }
}
