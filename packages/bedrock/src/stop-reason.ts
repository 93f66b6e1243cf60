import type { FinishReason } from '@modelgate/core'

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_ResponseElements */
const finishReasons: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries<FinishReason>({
    end_turn: 'stop',
    stop_sequence: 'stop',
    max_tokens: 'length',
    model_context_window_exceeded: 'length',
    tool_use: 'tool_calls',
    content_filtered: 'content_filter',
    guardrail_intervened: 'content_filter',
    malformed_model_output: 'stop',
    malformed_tool_use: 'stop',
  }),
)

/**
 * OpenAI's word for a `stopReason`; one that AWS adds later is `stop`. Some models say `end_turn` although they called a tool,
 * and some `tool_use` for tools that Bedrock ran itself: the calls in the answer decide.
 */
export function toFinishReason(stopReason: string | null | undefined, calledTools: boolean): FinishReason {
  const reason = finishReasons.get(stopReason ?? '') ?? 'stop'
  if (reason === 'stop' || reason === 'tool_calls') return calledTools ? 'tool_calls' : 'stop'
  return reason
}
