import { crc32 } from 'node:zlib'
import { GatewayError } from '@modelgate/core'
import { EventStreamCodec } from '@smithy/eventstream-codec'
import { fromUtf8, toUtf8 } from '@smithy/util-utf8'

/** One frame of an AWS event stream, its checksums verified. */
export interface StreamFrame {
  readonly kind: 'event' | 'exception' | 'error'
  /** `:event-type`, `:exception-type` or `:error-code`. */
  readonly type: string
  /** The payload as text; for `error` frames `:error-message`, which carry no payload. */
  readonly body: string
}

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
/** Prelude and trailing checksum. */
const overheadBytes = 16
/** Converse frames are a few KB. A length beyond this is a corrupt or hostile stream, not one to wait and hold memory for. */
const maxFrameBytes = 16 * 1024 * 1024

/**
 * Splits `application/vnd.amazon.eventstream` into frames over arbitrary read boundaries.
 * @see https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html#streaming-event-stream
 */
export function createEventStreamDecoder(): EventStreamDecoder {
  const codec = new EventStreamCodec(toUtf8, fromUtf8)
  let held: Uint8Array[] = []
  let heldBytes = 0
  let neededBytes = preludeBytes

  return {
    push(bytes) {
      held.push(bytes)
      heldBytes += bytes.length
      // Joining on every read would copy a large frame once a read: quadratic in its size.
      if (heldBytes < neededBytes) return { frames: [] }
      const buffer = held.length === 1 ? bytes : Buffer.concat(held, heldBytes)
      const frames: StreamFrame[] = []
      let offset = 0
      try {
        neededBytes = preludeBytes
        while (buffer.length - offset >= preludeBytes) {
          const length = frameLength(buffer.subarray(offset, offset + preludeBytes))
          if (buffer.length - offset < length) {
            neededBytes = length
            break
          }
          frames.push(toFrame(codec.decode(buffer.subarray(offset, offset + length))))
          offset += length
        }
      } catch (cause) {
        return { frames, fault: corrupt('a frame failed its check', cause) }
      }
      held = offset < buffer.length ? [buffer.subarray(offset)] : []
      heldBytes = buffer.length - offset
      return { frames }
    },
    end() {
      if (heldBytes === 0) return undefined
      return new GatewayError('stream_interrupted', "Bedrock's event stream ended inside a frame.")
    },
  }
}

/** The prelude's own checksum is verified at once: a flipped length bit would otherwise wait for bytes that never come. */
function frameLength(prelude: Uint8Array): number {
  const view = new DataView(prelude.buffer, prelude.byteOffset, prelude.byteLength)
  const length = view.getUint32(0)
  if (crc32(prelude.subarray(0, 8)) !== view.getUint32(8)) throw new Error('prelude checksum mismatch')
  if (length < overheadBytes + view.getUint32(4))
    throw new Error(`frame of ${length} bytes is shorter than its headers`)
  if (length > maxFrameBytes) throw new Error(`frame of ${length} bytes is over ${maxFrameBytes}`)
  return length
}

function toFrame({ headers, body }: ReturnType<EventStreamCodec['decode']>): StreamFrame {
  const text = (name: string): string => {
    const value = headers[name]?.value
    return typeof value === 'string' ? value : ''
  }
  switch (text(':message-type')) {
    case 'exception':
      return { kind: 'exception', type: text(':exception-type'), body: toUtf8(body) }
    case 'error':
      return { kind: 'error', type: text(':error-code'), body: text(':error-message') }
    default:
      return { kind: 'event', type: text(':event-type'), body: toUtf8(body) }
  }
}

/** What a stream that does not parse means to the caller. The details stay in `cause`. */
export function corrupt(what: string, cause: unknown): GatewayError {
  return new GatewayError('upstream_bad_response', `Bedrock's event stream is corrupt: ${what}.`, { cause })
}
