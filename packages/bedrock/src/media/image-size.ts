import type { ImageFormat } from '../wire/converse-wire.ts'

/** An image's extent in pixels. */
interface ImageSize {
  readonly width: number
  readonly height: number
}

/** Most images tell their size here; a JPEG may hold a preview and a colour profile first. */
const headBytes = 64 * 1024

/** The size that an image's head tells; `undefined` where it tells none. */
export function imageSizeOf(format: ImageFormat, base64: string): ImageSize | undefined {
  const head = Buffer.from(base64.slice(0, (headBytes * 4) / 3), 'base64')
  const read = readers[format]
  return (
    read(head) ?? (format === 'jpeg' && base64.length > headBytes ? read(Buffer.from(base64, 'base64')) : undefined)
  )
}

type Reader = (bytes: Buffer) => ImageSize | undefined

const readers: Readonly<Record<ImageFormat, Reader>> = {
  png: bytes => (bytes.length < 24 ? undefined : { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }),
  gif: bytes => (bytes.length < 10 ? undefined : { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }),
  webp: webpSize,
  jpeg: jpegSize,
}

/** @see https://developers.google.com/speed/webp/docs/riff_container */
function webpSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 30) return undefined
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8X':
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
    case 'VP8 ':
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21)
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    default:
      return undefined
  }
}

/** The first frame header; the segments before it are skipped by their length. */
function jpegSize(bytes: Buffer): ImageSize | undefined {
  let at = 2
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0
    // Fill bytes may stand before a marker.
    if (marker === 0xff) at += 1
    else if (isFrame(marker)) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) }
    else at += 2 + bytes.readUInt16BE(at + 2)
  }
  return undefined
}

/** C0 to CF, but for tables of Huffman codes and arithmetic coding, and a reserved one. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}
