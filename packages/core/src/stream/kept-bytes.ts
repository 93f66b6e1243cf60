import type { FrameBatch } from '../contract.ts'
import type { Usage } from '../wire/usage.ts'
import { answerOf, bytesOfAnswer, type KeptAnswer } from './kept-answer.ts'
import { type KeptEvents, keptEvents } from './kept-events.ts'
import { encodeEvent } from './sse.ts'
import { usageChunkOf } from './usage-chunk.ts'

/** Says of an answer what its bytes do not, in JSON. */
type KeptHead = Readonly<Record<string, unknown>>

/** What {@link encodeKept} made bytes of. Of a stream, the first batch is all of it but its usage chunk, which is the second, where it has one. */
interface DecodedAnswer {
  readonly head: KeptHead
  readonly answer: KeptAnswer
}

interface Envelope {
  readonly kind: KeptAnswer['kind']
  /** Of the body, in bytes; then that of a stream's usage chunk. */
  readonly lengths: readonly number[]
  readonly head: KeptHead
}

/** An answer whose events have been read, where it is a stream. */
export type ReadAnswer = Exclude<KeptAnswer, { readonly kind: 'stream' }> | ({ readonly kind: 'stream' } & KeptEvents)

/** @throws what a stream fails of whose events do not parse */
export function readKept(answer: KeptAnswer): ReadAnswer {
  return answer.kind === 'stream' ? { kind: 'stream', ...keptEvents(answer.batches) } : answer
}

const encoder = new TextEncoder()
const lengthBytes = 4

/**
 * An answer as bytes, to be kept: the length of an envelope, the envelope, the answer. A stream's usage chunk comes last; one that did not
 * come, since nobody asked for it, is made of `usage`.
 */
export function encodeKept(answer: ReadAnswer, head: KeptHead, usage?: Usage): Uint8Array {
  const parts = partsOf(answer, usage)
  const envelope: Envelope = { kind: answer.kind, lengths: parts.map(lengthOf), head }
  const text = encoder.encode(JSON.stringify(envelope))
  const pieces = [text, ...parts.flat()]
  // Not cut from a pool: who keeps it would copy it.
  const bytes = Buffer.allocUnsafeSlow(lengthBytes + lengthOf(pieces))
  let at = bytes.writeUInt32BE(text.length)
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

/** @throws {Error} for bytes that {@link encodeKept} did not make */
export function decodeKept(bytes: Uint8Array): DecodedAnswer {
  if (bytes.length < lengthBytes)
    throw new Error('What stands under the key of an answer is damaged, or of another program.')
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

/** Each in pieces. */
function partsOf(answer: ReadAnswer, usage: Usage | undefined): readonly (readonly Uint8Array[])[] {
  if (answer.kind !== 'stream') return [[bytesOfAnswer(answer)]]
  const { events, frames } = answer
  const [first] = frames
  const told = answer.usage ?? (usage && first && usageChunkOf(first, usage))
  return told ? [events, [encodeEvent(told)]] : [events]
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0)
}

function keptAs(kind: KeptAnswer['kind'], parts: readonly Uint8Array[]): KeptAnswer {
  if (kind === 'stream') return { kind, batches: parts.flatMap(batchesOf) }
  return answerOf(kind, parts[0] ?? new Uint8Array(0))
}

function batchesOf(bytes: Uint8Array): readonly FrameBatch[] {
  const answer = answerOf('stream', bytes)
  return answer.kind === 'stream' ? answer.batches : []
}
