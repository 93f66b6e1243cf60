import fc from 'fast-check'
import type { AnswerBlock, ConverseAnswer } from '../../src/wire/converse-answer-wire.ts'

/** An event as it stands on the wire. */
export type WireEvent = readonly [type: string, payload: object]

/** The events of one block, and which other blocks' they cannot come between. */
interface Lane {
  readonly kind: 'text' | 'reasoning' | 'tool'
  readonly events: WireEvent[]
  /** Whether nothing of it has come yet. */
  isNew: boolean
}

/** What is left to chance of how an answer streams: one draw at a time, in turn. */
export type Chance = (sides: number) => number

/** Draws for {@link streamOf}; they repeat when they are used up. */
export const chance: fc.Arbitrary<Chance> = fc.array(fc.nat(), { minLength: 1, maxLength: 60 }).map(draws => {
  let next = 0
  return sides => (draws[next++ % draws.length] ?? 0) % sides
})

/**
 * An answer as Bedrock streams it, derived from the facts of the wire and not from the translator: text cut anywhere, tools
 * interleaved with all else, empty deltas, events nobody knows, blocks that never stop, metadata early or late. Texts keep their
 * order, and so does reasoning: a stream in which they did not would say something else.
 */
export function streamOf(answer: ConverseAnswer, draw: Chance): WireEvent[] {
  const { stopReason, usage, trace, serviceTier, additionalModelResponseFields } = answer
  const blocks = answer.output?.message?.content ?? []
  const lanes = blocks.map((block, index) => laneOf(block, index, draw))
  const events: WireEvent[] = draw(4) > 0 ? [['messageStart', { role: 'assistant' }]] : []
  for (let open = openLanes(lanes); open.length > 0; open = openLanes(lanes)) {
    // Mostly one block after another, as real ones come.
    const lane = open[draw(3) === 0 ? draw(open.length) : 0]
    const event = lane?.events.shift()
    if (!lane || !event) break
    lane.isNew = false
    events.push(event)
    if (draw(9) === 0) events.push(['hologramDelta', { contentBlockIndex: 0, delta: { text: 'unheard of' } }])
  }
  events.push(['messageStop', { stopReason, additionalModelResponseFields }])
  const metadata: WireEvent = ['metadata', { usage, trace, serviceTier, metrics: { latencyMs: 5 } }]
  events.splice(draw(4) > 0 ? events.length : draw(events.length), 0, metadata)
  return events
}

/** Those that may go on: the first text, the first reasoning, every tool that began and the next to begin. */
function openLanes(lanes: readonly Lane[]): Lane[] {
  const left = lanes.filter(({ events }) => events.length > 0)
  const tools = left.filter(({ kind }) => kind === 'tool')
  const nextTool = tools.find(({ isNew }) => isNew)
  return left.filter(
    lane =>
      lane === left.find(({ kind }) => kind === lane.kind) ||
      (lane.kind === 'tool' && (!lane.isNew || lane === nextTool)),
  )
}

function laneOf(block: AnswerBlock, contentBlockIndex: number, draw: Chance): Lane {
  const { toolUse, reasoningContent, citationsContent } = block
  const delta = (of: object): WireEvent => ['contentBlockDelta', { contentBlockIndex, delta: of }]
  const stop: WireEvent = ['contentBlockStop', { contentBlockIndex }]
  // What ends at the stop cannot do without it.
  const stops = citationsContent || draw(8) > 0 ? [stop] : []
  if (toolUse) {
    const { input, ...start } = toolUse
    const json = Object.keys(input ?? {}).length > 0 || draw(2) === 0 ? JSON.stringify(input) : ''
    const pieces = cut(json, draw).map(piece => delta({ toolUse: { input: piece } }))
    const opening: WireEvent = ['contentBlockStart', { contentBlockIndex, start: { toolUse: start } }]
    return { kind: 'tool', isNew: true, events: [opening, ...pieces, ...stops] }
  }
  if (reasoningContent) {
    const { reasoningText, redactedContent } = reasoningContent
    const { text = '', signature } = reasoningText ?? {}
    const pieces = cut(text, draw).map(piece => delta({ reasoningContent: { text: piece } }))
    const last = redactedContent ? { redactedContent } : signature ? { signature } : undefined
    const closing = last ? [delta({ reasoningContent: last })] : []
    return { kind: 'reasoning', isNew: true, events: [...(redactedContent ? [] : pieces), ...closing, ...stops] }
  }
  const text = block.text ?? (citationsContent?.content ?? []).map(part => part.text).join('')
  const citations = [...(citationsContent?.citations ?? [])]
  const said: WireEvent[] = []
  for (const piece of cut(text, draw)) {
    if (citations.length > 0 && draw(2) === 0) said.push(delta({ citation: citations.shift() }))
    said.push(delta({ text: piece }))
  }
  said.push(...citations.map(citation => delta({ citation })), ...stops)
  return { kind: 'text', isNew: true, events: said }
}

/** Cuts a text anywhere, surrogate pairs and escapes included, into pieces of which some are empty. */
function cut(text: string, draw: Chance): string[] {
  const cuts = Array.from({ length: draw(5) }, () => draw(text.length + 1)).sort((a, b) => a - b)
  const bounds = [0, ...cuts, text.length]
  return bounds.slice(1).map((end, index) => text.slice(bounds[index], end))
}
