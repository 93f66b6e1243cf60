import { integerBelow, type Random } from '../random.ts'
import type { Chunking } from '../script.ts'

/** Cuts bytes for the wire. At random, a cut may fall anywhere, also inside a frame's prelude or a UTF-8 sequence. */
export function piecesOf(bytes: Uint8Array, chunking: Chunking, random: Random): readonly Uint8Array[] {
  if (bytes.length < 2) return [bytes]
  const bounds = [0, ...CUTS[chunking](bytes, random), bytes.length]
  return bounds.flatMap((bound, index) => {
    const piece = bytes.subarray(bound, bounds[index + 1] ?? bound)
    return piece.length > 0 ? [piece] : []
  })
}

/** Where to cut, in ascending order. */
type Cuts = (bytes: Uint8Array, random: Random) => readonly number[]

const CUTS: Readonly<Record<Chunking, Cuts>> = {
  whole: () => [],
  bytes: bytes => Array.from(bytes, (_byte, index) => index),
  random: (bytes, random) =>
    Array.from({ length: integerBelow(random, 4) }, () => integerBelow(random, bytes.length)).sort((a, b) => a - b),
  'inside-characters': bytes =>
    Array.from(Buffer.from(bytes).toString('latin1').matchAll(MULTI_BYTE), match => match.index + 1),
}

/** UTF-8 sequences of two, three and four bytes (RFC 3629 §4), each byte as one character. */
const MULTI_BYTE = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g
