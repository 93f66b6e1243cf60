import { type FinishReason, GatewayError, type Usage } from '@modelgate/core'

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
 * @param asFunctionCall whether those calls came back as the deprecated `function_call`.
 */
export function toFinishReason(
  stopReason: string | null | undefined,
  calledTools: boolean,
  asFunctionCall = false,
): FinishReason {
  const reason = finishReasons.get(stopReason ?? '') ?? 'stop'
  if (reason !== 'stop' && reason !== 'tool_calls') return reason
  if (!calledTools) return 'stop'
  return asFunctionCall ? 'function_call' : 'tool_calls'
}

/**
 * OpenAI has no word for output that Bedrock could not read. What was read of it is an answer; nothing at all is none, and must
 * not pass for one: it is an `upstream_bad_response`.
 */
export function unreadable(
  stopReason: string | null | undefined,
  isEmpty: boolean,
  usage?: Usage,
): GatewayError | undefined {
  if (!isEmpty || !stopReason?.startsWith('malformed_')) return undefined
  const words = `The model wrote something that Bedrock could not read (${stopReason.slice(0, 100)}); make the call again.`
  return new GatewayError('upstream_bad_response', words, { usage })
}
