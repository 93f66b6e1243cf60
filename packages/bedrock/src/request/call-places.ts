import type { AnswerRules, ToolKind } from '../answer/answer-rules.ts'

/**
 * What becomes of a tool call of an answer: it comes back in its kind; `aside` is a second call that would be the answer's text,
 * which would spoil the JSON of the first; `leftOut` is one more than the caller takes.
 */
export type CallPlace = ToolKind | 'aside' | 'leftOut'

/** Places the calls of one answer, in the order in which they begin, by the wire names of their tools. */
export function createCallPlaces({ toolKinds, oneToolCall }: AnswerRules): (wireName: string) => CallPlace {
  let isAnswered = false
  let calls = 0
  return wireName => {
    const kind = toolKinds?.get(wireName) ?? 'function'
    if (kind === 'content') {
      if (isAnswered) return 'aside'
      isAnswered = true
      return kind
    }
    // A message has room for one `function_call`.
    if (calls > 0 && (oneToolCall || kind === 'function_call')) return 'leftOut'
    calls += 1
    return kind
  }
}

/** Whether a tool call may be the answer's text: the model's own text beside it is then no part of the answer. */
export function mayAnswerByTool({ toolKinds }: AnswerRules): boolean {
  return toolKinds !== undefined && [...toolKinds.values()].includes('content')
}
