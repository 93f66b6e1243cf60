import type { ChatCompletion } from '../wire/chat-completion.ts'
import { shownReasoning } from '../wire/shown-reasoning.ts'
import { bytesPerToken, jsonBytes, textTokens } from './estimate-prompt.ts'

/** About how many tokens a whole answer has that came without usage. */
export function estimateCompletionTokens({ choices }: ChatCompletion): number {
  let tokens = 0
  for (const choice of choices) {
    // Servers that tell no usage may leave out more.
    const { content, refusal, tool_calls, function_call } = choice?.message ?? {}
    tokens += textTokens(content) + textTokens(refusal) + textTokens(shownReasoning(choice?.message ?? {}))
    if (tool_calls) tokens += jsonBytes(tool_calls) / bytesPerToken
    if (function_call) tokens += jsonBytes(function_call) / bytesPerToken
  }
  return Math.ceil(tokens)
}
