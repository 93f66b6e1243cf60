import { slicesOf } from '../brain/slices.ts'
import { tokensOf } from '../brain/tokens.ts'
import { isJsonObject, type JsonObject, pick } from '../json.ts'
import type { Random } from '../random.ts'
import type { Frame, FrameRole } from '../script.ts'
import { type AnswerBlock, BLOCKED } from './answer-blocks.ts'
import { additionalFieldsOf, type ConverseReply, metadataOf, stopReasonOf } from './converse-reply.ts'
import { eventFrame } from './event-frame.ts'

/** A block of the stream: only tool calls and their results announce themselves with a contentBlockStart. */
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
  const opening: readonly StreamedBlock[] = answer.request.model.opensEmpty ? [{ deltas: [{ text: '' }] }] : []
  const streamed = [...opening, ...answer.blocks.map(block => streamedBlock(block, answer, random))]
  const frames = streamed.map(({ start, deltas }, contentBlockIndex) => [
    ...(start ? [frame('content', 'contentBlockStart', { contentBlockIndex, start })] : []),
    ...deltas.map(delta => frame('content', 'contentBlockDelta', { contentBlockIndex, delta })),
    frame('content', 'contentBlockStop', { contentBlockIndex }),
  ])
  return [
    frame('start', 'messageStart', { role: 'assistant' }),
    ...(answer.triggers.has('interleave') ? interleaved(frames) : frames.flat()),
    frame('terminal', 'messageStop', { stopReason: stopReasonOf(answer), ...additionalFieldsOf(answer) }),
    frame('trailer', 'metadata', metadataOf(answer)),
  ]
}

/** One frame of each block in turn, as models that call tools in parallel may send them. */
function interleaved(blocks: readonly (readonly Frame[])[]): readonly Frame[] {
  const longest = Math.max(0, ...blocks.map(frames => frames.length))
  return Array.from({ length: longest }, (_none, at) => blocks.flatMap(frames => frames.slice(at, at + 1))).flat()
}

function streamedBlock(block: AnswerBlock, answer: ConverseReply, random: Random): StreamedBlock {
  switch (block.kind) {
    case 'reasoning': {
      const { text, signature } = block
      const thoughts = tokensOf(text).map(token => ({ reasoningContent: { text: token } }))
      return { deltas: [...thoughts, ...(signature === undefined ? [] : [{ reasoningContent: { signature } }])] }
    }
    case 'redacted':
      return { deltas: [{ reasoningContent: { redactedContent: block.data } }] }
    case 'text':
      return { deltas: [...textDeltas(block.text, answer), ...block.citations.map(citation => ({ citation }))] }
    case 'tool':
      return toolBlock(block, random)
    case 'server-result':
      return {
        start: { toolResult: { toolUseId: block.id, status: 'success', type: 'server_tool_use' } },
        deltas: [{ toolResult: [{ text: block.text }] }],
      }
  }
}

/** A guardrail that looks while the answer is on its way comes too late for the first words. */
function textDeltas(text: string, { request }: ConverseReply): readonly JsonObject[] {
  if (text === BLOCKED) {
    const late = pick(request.body, 'guardrailConfig', 'streamProcessingMode') === 'async'
    return [...(late ? [{ text: 'Well, ' }] : []), { text }]
  }
  return tokensOf(text).map(token => ({ text: token }))
}

/** Input comes as arbitrary slices of JSON, the first one empty; a call without arguments has no other. */
function toolBlock({ call, server }: Extract<AnswerBlock, { kind: 'tool' }>, random: Random): StreamedBlock {
  const empty = isJsonObject(call.input) && Object.keys(call.input).length === 0
  const slices = ['', ...(empty ? [] : slicesOf(JSON.stringify(call.input), random))]
  return {
    start: { toolUse: { toolUseId: call.id, name: call.name, ...(server && { type: 'server_tool_use' }) } },
    deltas: slices.map(input => ({ toolUse: { input } })),
  }
}
