import type { ImageFormat } from '../wire/converse-wire.ts'

/** A `data:` URL's parts; `undefined` when it is none, or not base64. */
export function parseDataUrl(url: string): { readonly mediaType: string; readonly base64: string } | undefined {
  const comma = url.indexOf(',')
  // The head is matched apart: a regular expression over megabytes of base64 costs milliseconds.
  const head = comma > 0 && comma < 500 ? /^data:([^;,]*)((?:;[^;,]*)*?)(;base64)?$/i.exec(url.slice(0, comma)) : null
  if (!head) return undefined
  const data = url.slice(comma + 1)
  const base64 = head[3] ? data.replace(/\s+/g, '') : Buffer.from(decodeLoosely(data)).toString('base64')
  return { mediaType: (head[1] ?? '').toLowerCase(), base64 }
}

const signatures: readonly (readonly [ImageFormat, (bytes: Buffer) => boolean])[] = [
  ['png', bytes => bytes.readUInt32BE(0) === 0x89504e47],
  ['jpeg', bytes => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff],
  ['gif', bytes => bytes.toString('latin1', 0, 4) === 'GIF8'],
  ['webp', bytes => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP'],
]

/**
 * The format of an image by its first bytes: models refuse an image that is not what it says it is, and clients guess the type by
 * file name. `undefined` for bytes that are no image's.
 */
export function sniffImageFormat(base64: string): ImageFormat | undefined {
  const bytes = Buffer.from(base64.slice(0, 24), 'base64')
  return bytes.length >= 12 ? signatures.find(([, matches]) => matches(bytes))?.[0] : undefined
}

/** Whether text is base64, padded or not, and of at least one byte. By decoding: a regular expression takes four times as long. */
export function isBase64(text: string): boolean {
  const length = text.endsWith('=') ? text.length - (text.endsWith('==') ? 2 : 1) : text.length
  // The decoder skips what it does not know, and takes the URL's alphabet for its own.
  return (
    length % 4 !== 1 &&
    length > 0 &&
    Buffer.from(text, 'base64').length === Math.floor((length * 3) / 4) &&
    !/[-_]/.test(text)
  )
}

/** Base64 with the padding that its length asks for: clients leave it out or miscount, and strict decoders take neither. */
export function padded(base64: string): string {
  if (base64.length % 4 === 0) return base64
  const bare = base64.replace(/={1,2}$/, '')
  return bare.padEnd(Math.ceil(bare.length / 4) * 4, '=')
}

function decodeLoosely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
