import type { Reply, ToolCall } from '../brain/prompt.ts'
import { type JsonObject, pick, stringOf } from '../json.ts'

/** What every object and chunk of one answer shares. */
export interface CompletionHead {
  readonly id: string
  readonly created: number
  readonly model: string
  readonly serviceTier: string
  readonly fingerprint: string | null
  /** Whether the caller used `functions`, the old form. */
  readonly legacyFunctions: boolean
  /** The names of the tools whose input is free text. */
  readonly customTools: ReadonlySet<string>
  /** Whether its model answers as the servers of open models do. */
  readonly quirks: boolean
  /** Whether its model begins its content with its thoughts, in tags. */
  readonly tagsThoughts: boolean
}

const FINISH_REASONS: Readonly<Record<Reply['ending'], string>> = {
  end: 'stop',
  length: 'length',
  'stop-sequence': 'stop',
  tools: 'tool_calls',
}

/** The reply's finish_reason. */
export function finishReasonOf(reply: Reply, head: CompletionHead): string {
  return head.legacyFunctions && reply.ending === 'tools' ? 'function_call' : FINISH_REASONS[reply.ending]
}

/** The reply's content. */
export function contentOf({ reasoning, text }: Reply, { tagsThoughts }: CompletionHead): string {
  return tagsThoughts && reasoning !== '' ? `<reasoning>${reasoning}</reasoning>${text}` : text
}

/** Usage over all choices; the prompt is billed once. */
export function chatUsage(replies: readonly Reply[]): JsonObject {
  const sum = (measure: (reply: Reply) => number) => replies.reduce((total, reply) => total + measure(reply), 0)
  const prompt = replies[0]?.inputTokens ?? 0
  const completion = sum(reply => reply.outputTokens)
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: sum(reply => reply.reasoningTokens),
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

/** The body of a chat completion that is not streamed. */
export function chatCompletion(head: CompletionHead, replies: readonly Reply[]): JsonObject {
  return {
    id: head.id,
    object: 'chat.completion',
    created: head.created,
    model: head.model,
    choices: replies.map((reply, index) => ({
      index,
      message: messageOf(reply, head),
      logprobs: null,
      finish_reason: finishReasonOf(reply, head),
    })),
    usage: chatUsage(replies),
    service_tier: head.serviceTier,
    system_fingerprint: head.fingerprint,
  }
}

function messageOf(reply: Reply, head: CompletionHead): JsonObject {
  const calls = reply.toolCalls
  const called = head.legacyFunctions
    ? { function_call: calls.map(functionOf)[0] }
    : { tool_calls: calls.map(call => toolCallOf(call, head)) }
  return {
    role: 'assistant',
    content: contentOf(reply, head) === '' && calls.length > 0 ? null : contentOf(reply, head),
    ...(calls.length > 0 ? called : {}),
    ...(head.quirks && reply.reasoning !== '' ? { reasoning: reply.reasoning } : {}),
    refusal: null,
    annotations: [],
  }
}

function toolCallOf(call: ToolCall, { customTools }: CompletionHead) {
  const { id, name } = call
  return customTools.has(name)
    ? { id, type: 'custom', custom: { name, input: textInput(call) } }
    : { id, type: 'function', function: functionOf(call) }
}

function functionOf({ name, input }: ToolCall) {
  return { name, arguments: JSON.stringify(input) }
}

/** What the model wrote for a custom tool. */
export function textInput({ input }: ToolCall): string {
  return stringOf(pick(input, 'input')) ?? ''
}
