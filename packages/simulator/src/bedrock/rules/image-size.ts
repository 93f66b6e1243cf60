type Size = readonly [width: number, height: number]

const SIZES: readonly (readonly [test: (bytes: Buffer) => boolean, size: (bytes: Buffer) => Size | undefined])[] = [
  [
    bytes => bytes.toString('latin1', 1, 4) === 'PNG' && bytes.toString('latin1', 12, 16) === 'IHDR',
    bytes => [bytes.readUInt32BE(16), bytes.readUInt32BE(20)],
  ],
  [bytes => bytes.toString('latin1', 0, 3) === 'GIF', bytes => [bytes.readUInt16LE(6), bytes.readUInt16LE(8)]],
  [
    bytes => bytes.toString('latin1', 8, 16) === 'WEBPVP8X',
    bytes => [bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1],
  ],
  [bytes => bytes[0] === 0xff && bytes[1] === 0xd8, jpegSize],
]

/** Width and height of an image in pixels; undefined when its head does not tell. */
export function imageSize(base64: string): Size | undefined {
  const bytes = Buffer.from(base64.slice(0, 400_000), 'base64')
  if (bytes.length < 30) return undefined
  return SIZES.find(([test]) => test(bytes))?.[1](bytes)
}

/** From the frame header, which stands behind segments of any length. */
function jpegSize(bytes: Buffer): Size | undefined {
  let at = 2
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)]
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  return undefined
}
