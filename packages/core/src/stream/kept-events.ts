import type { FrameBatch } from '../contract.ts'
import type { ChatCompletionChunk } from '../wire/chat-chunk.ts'
import { EventModel, isModel } from './event-model.ts'
import { encodeEvent } from './sse.ts'
import { isUsageChunk } from './usage-chunk.ts'

/** A stream's events as they are kept, and what they tell. */
export interface KeptEvents {
  /** All but the usage chunk: byte by byte as they came, where this gateway's own reader can read them, else written anew. */
  readonly events: readonly Uint8Array[]
  /** The chunks in them, without those that only go on with the text of one before. */
  readonly frames: readonly ChatCompletionChunk[]
  readonly usage: ChatCompletionChunk | undefined
}

/**
 * The events of a stream that has ended, read once.
 * @throws what a chunk fails of that does not parse
 */
export function keptEvents(batches: readonly FrameBatch[]): KeptEvents {
  return asTheyCame(batches) ?? anew(batches)
}

const opening = 'data: {'
const prefixLength = 'data: '.length

/** `undefined` where not all are comments, and events of one line that holds an object. */
function asTheyCame(batches: readonly FrameBatch[]): KeptEvents | undefined {
  const events: Uint8Array[] = []
  const frames: ChatCompletionChunk[] = []
  let usage: ChatCompletionChunk | undefined
  let model: EventModel | undefined
  for (const batch of batches) {
    const bytes = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.byteLength)
    const text = bytes.toString('latin1')
    if (text.includes('\r')) return undefined
    let keptTo = 0
    for (let start = 0, end = 0; start < text.length; start = end) {
      end = model?.endOfLike(bytes, text, start) ?? -1
      if (end !== -1) continue
      end = text.indexOf('\n', start) + 2
      if (text[end - 1] !== '\n') return undefined
      if (text[start] === ':') continue
      if (text.slice(start, start + opening.length) !== opening) return undefined
      const frame: unknown = JSON.parse(bytes.toString('utf8', start + prefixLength, end))
      if (!isChunk(frame)) continue
      if (isUsageChunk(frame)) {
        usage = frame
        events.push(bytes.subarray(keptTo, start))
        keptTo = end
      } else {
        frames.push(frame)
        if (isModel(frame)) model = new EventModel(bytes.subarray(start, end))
      }
    }
    events.push(bytes.subarray(keptTo))
  }
  return { events, frames, usage }
}

/** What came in ways that only its provider's parser reads. */
function anew(batches: readonly FrameBatch[]): KeptEvents {
  const all = batches.flatMap(batch => batch.frames)
  const frames = all.filter(frame => !isUsageChunk(frame))
  return { events: frames.map(encodeEvent), frames, usage: all.findLast(isUsageChunk) }
}

/** A server's own news have no `choices`. */
function isChunk(value: unknown): value is ChatCompletionChunk {
  return typeof value === 'object' && value !== null && 'choices' in value && Array.isArray(value.choices)
}
