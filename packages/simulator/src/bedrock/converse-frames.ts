import type { ToolCall } from '../brain/prompt.ts'
import { slicesOf } from '../brain/slices.ts'
import { tokensOf } from '../brain/tokens.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import type { Random } from '../random.ts'
import type { Frame, FrameRole } from '../script.ts'
import { additionalFieldsOf, type ConverseReply, metadataOf, signatureOf, stopReasonOf } from './converse-reply.ts'
import { eventFrame } from './event-frame.ts'

/** A block of the stream: only tool calls announce themselves with a contentBlockStart. */
interface StreamedBlock {
  readonly start?: JsonObject
  readonly deltas: readonly JsonObject[]
}

/** The frames of a ConverseStream answer, in the order the real one has them: metadata last. */
export function converseFrames(answer: ConverseReply, random: Random): readonly Frame[] {
  const frame = (role: FrameRole, type: string, payload: object): Frame => ({
    role,
    bytes: eventFrame(type, payload, random),
  })
  const blocks = blocksOf(answer, random).flatMap(({ start, deltas }, contentBlockIndex) => [
    ...(start ? [frame('content', 'contentBlockStart', { contentBlockIndex, start })] : []),
    ...deltas.map(delta => frame('content', 'contentBlockDelta', { contentBlockIndex, delta })),
    frame('content', 'contentBlockStop', { contentBlockIndex }),
  ])
  return [
    frame('start', 'messageStart', { role: 'assistant' }),
    ...blocks,
    frame('terminal', 'messageStop', { stopReason: stopReasonOf(answer), ...additionalFieldsOf(answer) }),
    frame('trailer', 'metadata', metadataOf(answer)),
  ]
}

function blocksOf(answer: ConverseReply, random: Random): readonly StreamedBlock[] {
  const { reply } = answer
  const signature = signatureOf(answer)
  const thoughts = tokensOf(reply.reasoning).map(text => ({ reasoningContent: { text } }))
  const signed = signature === undefined ? [] : [{ reasoningContent: { signature } }]
  return [
    ...(thoughts.length > 0 ? [{ deltas: [...thoughts, ...signed] }] : []),
    ...(reply.text === '' ? [] : [{ deltas: tokensOf(reply.text).map(text => ({ text })) }]),
    ...reply.toolCalls.map(call => toolBlock(call, random)),
  ]
}

/** Input comes as arbitrary slices of JSON, the first one empty; a call without arguments has no other. */
function toolBlock(call: ToolCall, random: Random): StreamedBlock {
  const empty = isJsonObject(call.input) && Object.keys(call.input).length === 0
  const slices = ['', ...(empty ? [] : slicesOf(JSON.stringify(call.input), random))]
  return {
    start: { toolUse: { toolUseId: call.id, name: call.name } },
    deltas: slices.map(input => ({ toolUse: { input } })),
  }
}
