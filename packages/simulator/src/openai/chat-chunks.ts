import type { Reply } from '../brain/prompt.ts'
import { slicesOf } from '../brain/slices.ts'
import { tokensOf } from '../brain/tokens.ts'
import type { JsonObject } from '../json.ts'
import { integerBelow, type Random, randomName } from '../random.ts'
import type { Frame, FrameRole } from '../script.ts'
import { type CompletionHead, chatUsage, contentOf, finishReasonOf, textInput } from './chat-completion.ts'
import { sseFrame } from './openai-dialect.ts'

/** What the caller asked of the stream. */
export interface ChunkWishes {
  readonly includeUsage: boolean
  /** Random filler on every chunk, so that lengths give nothing away; on unless refused. */
  readonly obfuscation: boolean
}

/** The events of a streamed chat completion, `data: [DONE]` last. */
export function chatChunks(
  head: CompletionHead,
  replies: readonly Reply[],
  wishes: ChunkWishes & { readonly random: Random },
): readonly Frame[] {
  const chunk = (role: FrameRole, choices: readonly JsonObject[], usage: JsonObject | null): Frame => {
    const payload = {
      id: head.id,
      object: 'chat.completion.chunk',
      created: head.created,
      model: head.model,
      service_tier: head.serviceTier,
      system_fingerprint: head.fingerprint,
      choices,
      ...(wishes.includeUsage ? { usage } : {}),
      ...(wishes.obfuscation ? { obfuscation: randomName(wishes.random, 1 + integerBelow(wishes.random, 16)) } : {}),
    }
    return { role, bytes: sseFrame(JSON.stringify(payload)) }
  }
  const one = (role: FrameRole, index: number, delta: JsonObject, finish: string | null = null) =>
    chunk(role, [{ index, delta, logprobs: null, finish_reason: finish }], null)
  const streams = replies.map(reply => {
    const [first = {}, ...rest] = deltasOf(reply, head, wishes.random)
    const opening = { role: 'assistant', content: reply.toolCalls.length > 0 ? null : '', refusal: null }
    // OpenAI lets a single call begin in the very chunk that has the role, parallel ones after it.
    const merged = reply.toolCalls.length === 1 && !head.legacyFunctions
    return merged
      ? { opening: { ...opening, ...first }, deltas: rest }
      : { opening, deltas: Object.keys(first).length > 0 ? [first, ...rest] : rest }
  })
  const opening = streams.map((stream, index) => one('start', index, stream.opening))
  const content = streams.flatMap(({ deltas }, index) => deltas.map(delta => one('content', index, delta)))
  const closing = replies.map((reply, index) => one('terminal', index, {}, finishReasonOf(reply, head)))
  const usage = wishes.includeUsage ? [chunk('trailer', [], chatUsage(replies))] : []
  return [...opening, ...content, ...closing, ...usage, { role: 'trailer', bytes: sseFrame('[DONE]') }]
}

function deltasOf(reply: Reply, head: CompletionHead, random: Random): readonly JsonObject[] {
  const thoughts = head.quirks ? tokensOf(reply.reasoning).map(reasoning => ({ reasoning })) : []
  const calls = reply.toolCalls.flatMap((call, ordinal): readonly JsonObject[] => {
    const { id, name, input } = call
    const index = head.quirks ? ordinal + 1 : ordinal
    if (head.customTools.has(name))
      return [
        { tool_calls: [{ index, id, type: 'custom', custom: { name, input: '' } }] },
        ...slicesOf(textInput(call), random).map(slice => ({ tool_calls: [{ index, custom: { input: slice } }] })),
      ]
    const slices = slicesOf(JSON.stringify(input), random)
    if (head.legacyFunctions)
      return [
        { function_call: { name, arguments: '' } },
        ...slices.map(slice => ({ function_call: { arguments: slice } })),
      ]
    return [
      { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] },
      ...slices.map(slice => ({ tool_calls: [{ index, function: { arguments: slice } }] })),
    ]
  })
  return [...thoughts, ...tokensOf(contentOf(reply, head)).map(content => ({ content })), ...calls]
}
