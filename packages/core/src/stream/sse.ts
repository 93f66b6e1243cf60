import type { FrameBatch } from '../contract.ts'
import type { ChatCompletionChunk } from '../wire/chat-chunk.ts'
import { hasContent } from './has-content.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The event that ends a whole stream. Written by the door alone, and never after an error. */
export const doneEvent: Uint8Array = encoder.encode('data: [DONE]\n\n')

/** A server-sent event of one JSON value, as OpenAI writes it. */
export function encodeEvent(value: unknown): Uint8Array {
  return encoder.encode(`data: ${JSON.stringify(value)}\n\n`)
}

/** A comment between events: clients skip it, load balancers see traffic. */
export function encodeComment(text: string): Uint8Array {
  return encoder.encode(`: ${text}\n\n`)
}

/** A batch of chunks that were made here, by a translator or a layer that rewrote them. Encoded on first access. */
export function batchOfChunks(chunks: readonly ChatCompletionChunk[]): FrameBatch {
  return new ChunksBatch(chunks)
}

/** A class: V8 makes a literal with getters a dictionary, and keeps what they close over until the next major collection. */
class ChunksBatch implements FrameBatch {
  readonly frames: readonly ChatCompletionChunk[]
  private encoded: Uint8Array | undefined

  constructor(frames: readonly ChatCompletionChunk[]) {
    this.frames = frames
  }

  get bytes(): Uint8Array {
    if (this.encoded) return this.encoded
    let events = ''
    for (const chunk of this.frames) events += `data: ${JSON.stringify(chunk)}\n\n`
    this.encoded = encoder.encode(events)
    return this.encoded
  }

  get hasContent(): boolean {
    return this.frames.some(hasContent)
  }
}

/** How the bytes of a batch are read, and what is known of them. */
export interface BytesBatchOptions {
  /** How the bytes are read. Default: as this gateway writes them; an upstream's own need a full parser. */
  readonly parse?: ((bytes: Uint8Array) => readonly ChatCompletionChunk[]) | undefined
  /** Where it is known already. Default: all frames are parsed to find out. */
  readonly hasContent?: boolean | undefined
}

/** A batch of whole events as they came. Split and parsed on first access, so that a pass-through costs nothing. */
export function batchOfBytes(bytes: Uint8Array, options: BytesBatchOptions = {}): FrameBatch {
  return new BytesBatch(bytes, options)
}

class BytesBatch implements FrameBatch {
  readonly bytes: Uint8Array
  private readonly options: BytesBatchOptions
  private parsed: readonly ChatCompletionChunk[] | undefined

  constructor(bytes: Uint8Array, options: BytesBatchOptions) {
    this.bytes = bytes
    this.options = options
  }

  get frames(): readonly ChatCompletionChunk[] {
    this.parsed ??= (this.options.parse ?? parseEvents)(this.bytes)
    return this.parsed
  }

  get hasContent(): boolean {
    return this.options.hasContent ?? this.frames.some(hasContent)
  }
}

/** The chunks in bytes that this gateway encoded: one `data:` line an event. Upstream bytes need a full parser. */
export function parseEvents(bytes: Uint8Array): ChatCompletionChunk[] {
  return decoder
    .decode(bytes)
    .split('\n\n')
    .filter(event => event.startsWith('data: {'))
    .map(event => JSON.parse(event.slice('data: '.length)) as ChatCompletionChunk)
}
