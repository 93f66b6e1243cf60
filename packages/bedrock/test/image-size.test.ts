import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { imageSizeOf } from '../src/media/image-size.ts'
import { RequestMedia } from '../src/media/request-media.ts'
import { capabilitiesOf } from '../src/models/models.ts'
import { toPartBlocks } from '../src/request/content-parts.ts'

const u16 = (value: number) => [value >> 8, value & 255]
const u16le = (value: number) => [value & 255, value >> 8]
const u24le = (value: number) => [value & 255, (value >> 8) & 255, value >> 16]
const ascii = (text: string) => [...Buffer.from(text, 'latin1')]

/** The heads of images of a size, as their formats lay them out. */
const heads: Readonly<Record<string, readonly [format: 'png' | 'gif' | 'webp' | 'jpeg', head: typeof png]>> = {
  png: ['png', png],
  gif: ['gif', (width, height) => [...ascii('GIF89a'), ...u16le(width), ...u16le(height), 0, 0, 0]],
  'lossy WebP': [
    'webp',
    (width, height) => [...riff('VP8 '), 0, 0, 0, 0x9d, 0x01, 0x2a, ...u16le(width), ...u16le(height)],
  ],
  'lossless WebP': [
    'webp',
    (width, height) => {
      const bits = Buffer.alloc(13)
      bits.writeUInt32LE((((height - 1) << 14) | (width - 1)) >>> 0)
      return [...riff('VP8L'), 0x2f, ...bits]
    },
  ],
  'extended WebP': [
    'webp',
    (width, height) => [...riff('VP8X'), 0, 0, 0, 0, ...u24le(width - 1), ...u24le(height - 1)],
  ],
  JPEG: ['jpeg', (width, height) => jpeg([], 0xc0, width, height)],
  'progressive JPEG': ['jpeg', (width, height) => jpeg([], 0xc2, width, height)],
  'JPEG with tables and fill bytes first': [
    'jpeg',
    (width, height) => jpeg([0xff, 0xc4, ...u16(5), 1, 2, 3, 0xff, 0xff], 0xc1, width, height),
  ],
  'JPEG with a long preview first': [
    'jpeg',
    (width, height) =>
      jpeg(
        [1, 2, 3].flatMap(() => [0xff, 0xe1, ...u16(60_000), ...Array<number>(59_998).fill(7)]),
        0xc0,
        width,
        height,
      ),
  ],
}

function png(width: number, height: number): number[] {
  const [a, b] = [Buffer.alloc(4), Buffer.alloc(4)]
  a.writeUInt32BE(width)
  b.writeUInt32BE(height)
  return [0x89, ...ascii('PNG\r\n\x1a\n'), 0, 0, 0, 13, ...ascii('IHDR'), ...a, ...b]
}

function riff(kind: string): number[] {
  return [...ascii('RIFF'), 0, 0, 0, 0, ...ascii('WEBP'), ...ascii(kind), 10, 0, 0, 0]
}

function jpeg(before: readonly number[], marker: number, width: number, height: number): number[] {
  return [0xff, 0xd8, ...before, 0xff, marker, 0, 17, 8, ...u16(height), ...u16(width), 3]
}

const base64 = (bytes: readonly number[]) => Buffer.from(bytes).toString('base64')

describe.each(Object.entries(heads))('the size of a %s', (_name, [format, head]) => {
  it('is read from its head', () => {
    const side = fc.integer({ min: 1, max: 16_000 })
    fc.assert(
      fc.property(side, side, (width, height) => {
        expect(imageSizeOf(format, base64(head(width, height)))).toEqual({ width, height })
      }),
      { numRuns: 20 },
    )
  })

  it('is refused above 8,000 pixels a side', () => {
    const say = (width: number, height: number) => {
      const url = `data:image/${format};base64,${base64(head(width, height))}`
      return toPartBlocks([{ type: 'image_url', image_url: { url } }], 'c', new RequestMedia(capabilitiesOf('x')))
    }
    expect(say(8_000, 8_000)).toHaveLength(1)
    const words = '`c[0]`: Bedrock takes an image of at most 8000 × 8000 pixels, not'
    expect(() => say(8_001, 5)).toThrow(`${words} 8001 × 5; send a smaller one`)
    expect(() => say(5, 8_001)).toThrow(`${words} 5 × 8001; send a smaller one`)
  })
})

describe('bytes that are no whole image', () => {
  it('have a size or none, and never throw', () => {
    const format = fc.constantFrom('png' as const, 'gif' as const, 'webp' as const, 'jpeg' as const)
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.uint8Array({ maxLength: 60 }).map(rest => Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, ...rest])),
      fc.uint8Array({ maxLength: 60 }).map(rest => Uint8Array.from([...riff('VP8 '), ...rest])),
    )
    fc.assert(
      fc.property(format, bytes, (is, some) => {
        const size = imageSizeOf(is, Buffer.from(some).toString('base64'))
        if (size) expect(Number.isInteger(size.width) && Number.isInteger(size.height)).toBe(true)
      }),
    )
  })
})
