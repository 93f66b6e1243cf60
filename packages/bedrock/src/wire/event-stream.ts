import { crc32 } from 'node:zlib'
import { GatewayError } from '@modelgate/core'
import { asBuffer } from './as-buffer.ts'
import { createHeaderReader } from './frame-headers.ts'
import type { StreamFrame } from './stream-frame.ts'

/** What one upstream read completed. The frames before a fault are whole and come with it, however the bytes were cut. */
export interface FrameRead {
  readonly frames: readonly StreamFrame[]
  readonly fault?: GatewayError
}

/** Decodes one stream. */
export interface EventStreamDecoder {
  /** Takes the bytes of one read. After a fault nothing more must be pushed. */
  push(bytes: Uint8Array): FrameRead
  /** To be called at the source's end: a fault if it ended inside a frame. */
  end(): GatewayError | undefined
}

const preludeBytes = 12
const checksumBytes = 4
/** Prelude and trailing checksum. */
const overheadBytes = preludeBytes + checksumBytes
/** Converse frames are a few KB. A length beyond this is a corrupt or hostile stream, not one to wait and hold memory for. */
const maxFrameBytes = 16 * 1024 * 1024

/**
 * Splits `application/vnd.amazon.eventstream` into frames over arbitrary read boundaries. Our own, for the SDK's takes five times
 * as long a frame; tests hold the two equal.
 * @see https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html#streaming-event-stream
 */
export function createEventStreamDecoder(): EventStreamDecoder {
  return new Decoder()
}

class Decoder implements EventStreamDecoder {
  private readonly readHeaders = createHeaderReader()
  /** The start of a frame; nearly always nothing, as frames come whole. Then the array is not touched: it is old, and what it holds lives long. */
  private readonly held: Uint8Array[] = []
  private heldBytes = 0
  private neededBytes = preludeBytes

  push(bytes: Uint8Array): FrameRead {
    const buffer = this.joined(bytes)
    if (!buffer) return { frames: [] }
    const frames: StreamFrame[] = []
    let offset = 0
    try {
      this.neededBytes = preludeBytes
      while (buffer.length - offset >= preludeBytes) {
        const length = frameLength(buffer, offset)
        if (buffer.length - offset < length) {
          this.neededBytes = length
          break
        }
        frames.push(this.decode(buffer, offset, length))
        offset += length
      }
    } catch (cause) {
      return { frames, fault: corrupt('a frame failed its check', cause) }
    }
    if (offset < buffer.length) this.hold(buffer.subarray(offset))
    return { frames }
  }

  end(): GatewayError | undefined {
    if (this.heldBytes === 0) return undefined
    return new GatewayError('stream_interrupted', "Bedrock's event stream ended inside a frame.")
  }

  /** What is held and this read, which are held no more; `undefined` where a frame is still not whole. */
  private joined(bytes: Uint8Array): Buffer | undefined {
    const { held, heldBytes, neededBytes } = this
    const length = heldBytes + bytes.length
    // Joining on every read would copy a large frame once a read: quadratic in its size.
    if (length < neededBytes) {
      this.hold(bytes)
      return undefined
    }
    if (heldBytes === 0) return asBuffer(bytes)
    const buffer = Buffer.concat([...held, bytes], length)
    held.length = 0
    this.heldBytes = 0
    return buffer
  }

  private hold(bytes: Uint8Array): void {
    this.held.push(bytes)
    this.heldBytes += bytes.length
  }

  /** By offsets: a view of each part of a frame costs as much as reading it. */
  private decode(buffer: Buffer, start: number, length: number): StreamFrame {
    const end = start + length - checksumBytes
    if (crc32(buffer.subarray(start, end)) !== buffer.readUInt32BE(end)) throw new Error('message checksum mismatch')
    const headersStart = start + preludeBytes
    const bodyStart = headersStart + buffer.readUInt32BE(start + 4)
    const { kind, type, message } = this.readHeaders(buffer, headersStart, bodyStart)
    return { kind, type, body: kind === 'error' ? message : buffer.toString('utf8', bodyStart, end) }
  }
}

/** The prelude's own checksum is verified at once: a flipped length bit would otherwise wait for bytes that never come. */
function frameLength(buffer: Buffer, offset: number): number {
  const length = buffer.readUInt32BE(offset)
  if (crc32OfEight(buffer, offset) !== buffer.readUInt32BE(offset + 8)) throw new Error('prelude checksum mismatch')
  if (length < overheadBytes + buffer.readUInt32BE(offset + 4))
    throw new Error(`frame of ${length} bytes is shorter than its headers`)
  if (length > maxFrameBytes) throw new Error(`frame of ${length} bytes is over ${maxFrameBytes}`)
  return length
}

const crcTable = Int32Array.from({ length: 256 }, (_none, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

/** Of so few bytes the native one costs ten times as much: most of it is the call. */
function crc32OfEight(bytes: Buffer, offset: number): number {
  let crc = -1
  for (let at = offset; at < offset + 8; at += 1) crc = (crc >>> 8) ^ crcTable[(crc ^ bytes[at]!) & 0xff]!
  return ~crc >>> 0
}

/** What a stream that does not parse means to the caller. The details stay in `cause`. */
export function corrupt(what: string, cause: unknown): GatewayError {
  return new GatewayError('upstream_bad_response', `Bedrock's event stream is corrupt: ${what}.`, { cause })
}
