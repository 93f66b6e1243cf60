import type { StreamFrame } from './stream-frame.ts'

/** What a frame's headers say. `message` is `:error-message`, in `error` frames alone. */
export interface FrameHeaders extends Pick<StreamFrame, 'kind' | 'type'> {
  readonly message: string
}

/** Bytes of a header's value by its type; `undefined` where the value starts with its own length, in two bytes. */
const valueBytes: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16]
const stringType = 7

/** Streams have a few kinds of frames only; what an upstream gone mad sends must not fill the memory. */
const maxKept = 32

interface KeptHeaders {
  readonly bytes: Uint8Array
  readonly read: FrameHeaders
}

/**
 * Reads the headers of one stream's frames, which stand between two places, and those that came before not again: most frames have
 * the same as the frame before.
 * @see https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html#streaming-event-stream
 */
export function createHeaderReader(): (buffer: Buffer, start: number, end: number) => FrameHeaders {
  const kept: KeptHeaders[] = []
  let last: KeptHeaders | undefined
  return (buffer, start, end) => {
    if (last && standsAt(last.bytes, buffer, start, end)) return last.read
    const before = kept.find(({ bytes }) => standsAt(bytes, buffer, start, end))
    if (before) {
      last = before
      return before.read
    }
    // A copy: the read that they came in must not be held as long as the stream.
    const bytes = Uint8Array.prototype.slice.call(buffer, start, end)
    last = { bytes, read: toFrameHeaders(readStrings(buffer.subarray(start, end))) }
    if (kept.length < maxKept) kept.push(last)
    return last.read
  }
}

/** In a loop: of so few bytes the native comparison costs more. */
function standsAt(bytes: Uint8Array, buffer: Buffer, start: number, end: number): boolean {
  if (bytes.length !== end - start) return false
  for (let at = 0; at < bytes.length; at += 1) if (bytes[at] !== buffer[start + at]) return false
  return true
}

function toFrameHeaders(headers: ReadonlyMap<string, string>): FrameHeaders {
  const text = (name: string): string => headers.get(name) ?? ''
  switch (text(':message-type')) {
    case 'exception':
      return { kind: 'exception', type: text(':exception-type'), message: '' }
    case 'error':
      return { kind: 'error', type: text(':error-code'), message: text(':error-message') }
    default:
      return { kind: 'event', type: text(':event-type'), message: '' }
  }
}

/** The headers that are strings; the rest is stepped over. @throws for what is no header. */
function readStrings(headers: Buffer): Map<string, string> {
  const strings = new Map<string, string>()
  let at = 0
  /** The place before the next so many bytes, which must be there. */
  const skip = (length: number): number => {
    const from = at
    at += length
    if (at > headers.length) throw new Error('a header is longer than the headers')
    return from
  }
  while (at < headers.length) {
    const nameLength = headers.readUInt8(skip(1))
    const name = headers.toString('utf8', skip(nameLength), at)
    const type = headers.readUInt8(skip(1))
    if (type >= valueBytes.length) throw new Error(`${type} is no type of a header`)
    const valueLength = valueBytes[type] ?? headers.readUInt16BE(skip(2))
    const from = skip(valueLength)
    if (type === stringType) strings.set(name, headers.toString('utf8', from, at))
  }
  return strings
}
