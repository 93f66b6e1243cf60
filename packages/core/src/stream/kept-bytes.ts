import type { FrameBatch } from '../contract.ts'
import type { ChatCompletionChunk } from '../wire/chat-chunk.ts'
import type { Usage } from '../wire/usage.ts'
import { answerOf, bytesOfAnswer, type KeptAnswer } from './kept-answer.ts'
import { encodeEvent } from './sse.ts'
import { isUsageChunk, usageChunkOf } from './usage-chunk.ts'

/** Says of an answer what its bytes do not, in JSON. */
export type KeptHead = Readonly<Record<string, unknown>>

/** What {@link encodeKept} made bytes of. Of a stream, the first batch is all of it but its usage chunk, which is the second, where it has one. */
export interface DecodedAnswer {
  readonly head: KeptHead
  readonly answer: KeptAnswer
}

interface Envelope {
  readonly kind: KeptAnswer['kind']
  /** Of the body, in bytes; then that of a stream's usage chunk. */
  readonly lengths: readonly number[]
  readonly head: KeptHead
}

const encoder = new TextEncoder()
const lengthBytes = 4

/**
 * An answer as bytes, to be kept: the length of an envelope, the envelope, the answer as it came. A stream's events stay as they are,
 * byte by byte, where this gateway's own reader can read them, else they are written anew. Its usage chunk comes last; one that did not
 * come, since nobody asked for it, is made of `usage`.
 */
export function encodeKept(answer: KeptAnswer, head: KeptHead, usage?: Usage): Uint8Array {
  const parts = partsOf(answer, usage)
  const envelope: Envelope = { kind: answer.kind, lengths: parts.map(({ length }) => length), head }
  const text = encoder.encode(JSON.stringify(envelope))
  const length = Buffer.alloc(lengthBytes)
  length.writeUInt32BE(text.length)
  return Buffer.concat([length, text, ...parts])
}

/** @throws {Error} for bytes that {@link encodeKept} did not make */
export function decodeKept(bytes: Uint8Array): DecodedAnswer {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const bodyAt = lengthBytes + view.readUInt32BE(0)
  const { kind, lengths, head } = JSON.parse(view.toString('utf8', lengthBytes, bodyAt)) as Envelope
  const parts: Uint8Array[] = []
  let at = bodyAt
  for (const length of lengths) {
    parts.push(bytes.subarray(at, at + length))
    at += length
  }
  if (at !== bytes.length) throw new Error(`A kept answer has ${bytes.length} bytes and says ${at}.`)
  return { head, answer: keptAs(kind, parts) }
}

function partsOf(answer: KeptAnswer, usage: Usage | undefined): readonly Uint8Array[] {
  if (answer.kind !== 'stream') return [bytesOfAnswer(answer)]
  const frames: ChatCompletionChunk[] = []
  const events: Uint8Array[] = []
  let told: ChatCompletionChunk | undefined
  for (const batch of answer.batches) {
    const others = batch.frames.filter(frame => !isUsageChunk(frame))
    told = batch.frames.findLast(isUsageChunk) ?? told
    frames.push(...others)
    events.push(...(others.length === batch.frames.length ? [batch.bytes] : others.map(encodeEvent)))
  }
  const [first] = frames
  if (!told && usage && first) told = usageChunkOf(first, usage)
  const body = Buffer.concat(events)
  return [
    readsAlike(body, frames) ? body : Buffer.concat(frames.map(encodeEvent)),
    ...(told ? [encodeEvent(told)] : []),
  ]
}

/** An upstream may write events in ways that only a full parser reads. */
function readsAlike(bytes: Uint8Array, frames: readonly ChatCompletionChunk[]): boolean {
  try {
    return batchesOf(bytes).flatMap(batch => batch.frames).length === frames.length
  } catch {
    return false
  }
}

function keptAs(kind: KeptAnswer['kind'], parts: readonly Uint8Array[]): KeptAnswer {
  if (kind === 'stream') return { kind, batches: parts.flatMap(batchesOf) }
  return answerOf(kind, parts[0] ?? new Uint8Array(0))
}

function batchesOf(bytes: Uint8Array): readonly FrameBatch[] {
  const answer = answerOf('stream', bytes)
  return answer.kind === 'stream' ? answer.batches : []
}
