import type { Call } from '../contract.ts'
import { createAccumulator } from '../stream/accumulate.ts'
import type { ReadAnswer } from '../stream/kept-bytes.ts'
import type { ChatCompletionChunk } from '../wire/chat-chunk.ts'
import type { ChatCompletion, ChatCompletionChoice, FinishReason } from '../wire/chat-completion.ts'
import type { EmbeddingsRequest } from '../wire/embeddings.ts'

/**
 * Whether a whole answer may be given again: all the answers that were asked for, each ended by the model itself with text, none cut,
 * filtered, refused, or spoken; and tool calls only where these are wanted.
 */
export function isStorable(call: Call, answer: ReadAnswer, { toolCalls }: { readonly toolCalls: boolean }): boolean {
  if (answer.kind === 'embeddings') {
    return answer.embeddings.value.data.length === inputsOf((call.request as EmbeddingsRequest).input)
  }
  const { n } = (call as Call<'chat'>).request
  const completion = answer.kind === 'completion' ? answer.completion.value : endedCompletion(answer.frames)
  if (completion?.choices.length !== (n ?? 1)) return false
  return completion.choices.every((choice, at) => choice.index === at && isWhole(choice, toolCalls))
}

/** `undefined` where one of its answers has no end: put together it would look as though it had one. */
function endedCompletion(frames: readonly ChatCompletionChunk[]): ChatCompletion | undefined {
  const accumulator = createAccumulator()
  const ended = new Set<number>()
  const seen = new Set<number>()
  for (const frame of frames) {
    accumulator.add(frame)
    for (const choice of frame.choices) {
      if (!choice) continue
      seen.add(choice.index)
      if (choice.finish_reason) ended.add(choice.index)
    }
  }
  return seen.size === ended.size ? accumulator.completion() : undefined
}

const endedByTools: readonly FinishReason[] = ['tool_calls', 'function_call']

function isWhole({ finish_reason, message }: ChatCompletionChoice, toolCalls: boolean): boolean {
  if (message.refusal || message.audio) return false
  const calls = Boolean(message.tool_calls?.length) || Boolean(message.function_call)
  if (calls || endedByTools.includes(finish_reason))
    return calls && toolCalls && finish_reason !== 'length' && finish_reason !== 'content_filter'
  return finish_reason === 'stop' && typeof message.content === 'string' && message.content !== ''
}

function inputsOf(input: EmbeddingsRequest['input']): number {
  return typeof input === 'string' || typeof input[0] === 'number' ? 1 : input.length
}
