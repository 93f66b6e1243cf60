import { crc32 } from 'node:zlib'
import { EventStreamCodec, Int64, type MessageHeaders } from '@smithy/eventstream-codec'
import { fromUtf8, toUtf8 } from '@smithy/util-utf8'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEventStreamDecoder } from '../src/wire/event-stream.ts'
import type { StreamFrame } from '../src/wire/stream-frame.ts'
import { errorFrame, eventFrame, exceptionFrame, joined } from './frames.ts'

interface Decoded {
  readonly frames: StreamFrame[]
  readonly fault: string | undefined
}

/** All that a decoder says of bytes that come in these pieces. */
function decode(pieces: readonly Uint8Array[]): Decoded {
  const decoder = createEventStreamDecoder()
  const frames: StreamFrame[] = []
  for (const piece of pieces) {
    const read = decoder.push(piece)
    frames.push(...read.frames)
    if (read.fault) return { frames, fault: read.fault.code }
  }
  return { frames, fault: decoder.end()?.code }
}

const whole = (bytes: Uint8Array) => decode([bytes])
const byteByByte = (bytes: Uint8Array) => decode(Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)))
function splitAt(bytes: Uint8Array, cuts: readonly number[]) {
  const bounds = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return decode(bounds.slice(1).map((end, index) => bytes.subarray(bounds[index], end)))
}

const answer = [
  eventFrame('messageStart', { role: 'assistant' }),
  eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Grüße, 世界 🎉' } }),
  eventFrame('contentBlockStop', { contentBlockIndex: 0 }),
  eventFrame('messageStop', { stopReason: 'end_turn' }),
  eventFrame('metadata', { usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 } }),
]

const arbitraryFrame = fc.oneof(
  fc.tuple(fc.string({ maxLength: 30 }), fc.jsonValue()).map(([type, value]) => eventFrame(type, { value })),
  fc.tuple(fc.string({ maxLength: 30 }), fc.string()).map(([type, message]) => exceptionFrame(type, message)),
  fc.tuple(fc.string({ maxLength: 30 }), fc.string({ maxLength: 100 })).map(([code, text]) => errorFrame(code, text)),
)

describe('frames of an event stream', () => {
  it('are told apart by their message type', () => {
    const frames = [
      eventFrame('messageStart', { role: 'assistant' }),
      exceptionFrame('throttlingException', 'slow down'),
      errorFrame('InternalError', 'broken'),
    ]
    expect(whole(joined(frames)).frames).toMatchObject([
      { kind: 'event', type: 'messageStart' },
      { kind: 'exception', type: 'throttlingException', body: '{"message":"slow down"}' },
      { kind: 'error', type: 'InternalError', body: 'broken' },
    ])
  })

  it('equal what Smithy decodes', () => {
    const codec = new EventStreamCodec(toUtf8, fromUtf8)
    fc.assert(
      fc.property(fc.array(arbitraryFrame, { maxLength: 8 }), frames => {
        const theirs = frames.map(frame => codec.decode(frame))
        const ours = whole(joined(frames)).frames
        expect(ours.map(frame => frame.type)).toEqual(
          theirs.map(
            ({ headers }) => (headers[':event-type'] ?? headers[':exception-type'] ?? headers[':error-code'])?.value,
          ),
        )
        ours.forEach((frame, index) => {
          if (frame.kind !== 'error') expect(frame.body).toBe(toUtf8(theirs[index]?.body ?? new Uint8Array()))
        })
      }),
    )
  })

  it('may have headers of every type, which are stepped over as Smithy does', () => {
    const codec = new EventStreamCodec(toUtf8, fromUtf8)
    const value = fc.oneof(
      fc.boolean().map(value => ({ type: 'boolean', value }) as const),
      fc.integer({ min: -128, max: 127 }).map(value => ({ type: 'byte', value }) as const),
      fc.integer({ min: -32_768, max: 32_767 }).map(value => ({ type: 'short', value }) as const),
      fc.integer().map(value => ({ type: 'integer', value }) as const),
      fc.integer().map(value => ({ type: 'long', value: Int64.fromNumber(value) }) as const),
      fc.uint8Array({ maxLength: 300 }).map(value => ({ type: 'binary', value }) as const),
      fc.string({ unit: 'grapheme', maxLength: 100 }).map(value => ({ type: 'string', value }) as const),
      fc.date({ noInvalidDate: true }).map(value => ({ type: 'timestamp', value }) as const),
      fc.uuid().map(value => ({ type: 'uuid', value }) as const),
    )
    const type = (name: string) => ({ type: 'string', value: name }) as const
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), value), fc.string(), (others, body) => {
        const headers: MessageHeaders = {
          ...others,
          ':message-type': type('event'),
          ':event-type': type('x'),
          ...others,
        }
        const frame = codec.encode({ headers, body: fromUtf8(body) })
        const shown = (name: string) => (headers[name]?.type === 'string' ? headers[name].value : '')
        expect(whole(frame)).toEqual({
          fault: undefined,
          frames: [expect.objectContaining({ type: shown(':event-type') })],
        })
      }),
    )
  })

  it.each([
    ['a name that is longer than the headers', [200, 0x61]],
    ['a value that is longer than the headers', [1, 0x61, 7, 0, 9, 0x61]],
    ['a type that there is not', [1, 0x61, 10]],
    ['no type', [1, 0x61]],
  ])('with %s are refused although their checksums are right', (_name, headers) => {
    const frame = Buffer.alloc(16 + headers.length)
    frame.writeUInt32BE(frame.length, 0)
    frame.writeUInt32BE(headers.length, 4)
    frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8)
    frame.set(headers, 12)
    frame.writeUInt32BE(crc32(frame.subarray(0, -4)), frame.length - 4)
    expect(whole(frame)).toEqual({ frames: [], fault: 'upstream_bad_response' })
  })

  it('are the same whole, byte by byte and at random splits', () => {
    fc.assert(
      fc.property(fc.array(arbitraryFrame, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 12 }), (frames, cuts) => {
        const bytes = joined(frames)
        const expected = whole(bytes)
        expect(expected.fault).toBeUndefined()
        expect(expected.frames).toHaveLength(frames.length)
        expect(byteByByte(bytes)).toEqual(expected)
        expect(splitAt(bytes, cuts)).toEqual(expected)
      }),
    )
  })

  it('that came whole before a damaged one are given, however the bytes were cut', () => {
    const damaged = Uint8Array.from(joined(answer))
    const at = joined(answer.slice(0, 3)).length + 20
    damaged[at] = (damaged[at] ?? 0) ^ 1
    for (const decoded of [whole(damaged), byteByByte(damaged), splitAt(damaged, [7, 50, 51, 130])]) {
      expect(decoded.frames).toHaveLength(3)
      expect(decoded.fault).toBe('upstream_bad_response')
    }
  })
})

describe('a damaged stream', () => {
  it('is an error for every changed byte, never other events', () => {
    const bytes = joined(answer)
    const intact = whole(bytes).frames
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const mutated = Uint8Array.from(bytes)
        mutated[at] = (mutated[at] ?? 0) ^ mask
        const { frames, fault } = whole(mutated)
        expect(fault).toBe('upstream_bad_response')
        expect(intact.slice(0, frames.length)).toEqual(frames)
        expect(byteByByte(mutated)).toEqual({ frames, fault })
      }),
      { numRuns: 400 },
    )
  })

  it('is an error when it ends anywhere inside a frame', () => {
    const bytes = joined(answer)
    let boundary = 0
    const boundaries = new Set([0, ...answer.map(frame => (boundary += frame.length))])
    for (let length = 0; length <= bytes.length; length++) {
      const { fault } = whole(bytes.subarray(0, length))
      expect([length, fault]).toEqual([length, boundaries.has(length) ? undefined : 'stream_interrupted'])
    }
  })

  it('is refused at the prelude when a length bit is flipped, without waiting for bytes that never come', () => {
    const frame = Uint8Array.from(answer[1] ?? [])
    frame[1] = 0x10
    expect(whole(frame.subarray(0, 12)).fault).toBe('upstream_bad_response')
  })

  it.each([
    ['2 GB', 0x7fffffff, 4],
    ['just over the limit', 16 * 1024 * 1024 + 1, 4],
    ['shorter than the overhead', 15, 0],
    ['shorter than its headers', 40, 400],
  ])('is refused for a frame of %s although its checksum is right', (_name, length, headerLength) => {
    const prelude = Buffer.alloc(12)
    prelude.writeUInt32BE(length, 0)
    prelude.writeUInt32BE(headerLength, 4)
    prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8)
    expect(whole(prelude).fault).toBe('upstream_bad_response')
  })

  it('of random bytes is always an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), bytes => {
        expect(whole(bytes).fault).toBeDefined()
      }),
    )
  })
})

it('a large frame in many small reads is joined once', () => {
  const frame = eventFrame('contentBlockDelta', { delta: { text: 'x'.repeat(2_000_000) } })
  const pieces = Array.from({ length: Math.ceil(frame.length / 1_000) }, (_, at) =>
    frame.subarray(at * 1_000, (at + 1) * 1_000),
  )
  const startedAt = performance.now()
  expect(decode(pieces).frames).toHaveLength(1)
  // Joining on every read would move two gigabytes.
  expect(performance.now() - startedAt).toBeLessThan(1_000)
})
