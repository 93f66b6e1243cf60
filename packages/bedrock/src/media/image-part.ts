import { quoted, unsendable } from '../request/invalid-request.ts'
import { isBase64, padded, parseDataUrl, sniffImageFormat } from './images.ts'
import { formatOfType } from './media-formats.ts'
import type { MediaBlock, RequestMedia } from './request-media.ts'
import { s3Medium } from './s3-medium.ts'

const dataUrl = "a data: URL such as 'data:image/png;base64,…'"

/**
 * An `image_url` part: a `data:` URL, whose type is read from its bytes, or an `s3://` address. Web addresses were fetched
 * before, where that is allowed.
 * @throws {GatewayError} `invalid_request` naming the part, for an image that cannot be sent.
 */
export function toImagePart(url: string, at: string, media: RequestMedia): MediaBlock {
  if (/^s3:/i.test(url)) return media.toBlock(s3Medium(url, at, media), at)
  media.mustTake('image', at)
  if (url === '') throw unsendable(at, 'an image without an address', `send its bytes as ${dataUrl}`)
  const data = parseDataUrl(url)
  if (!data) {
    if (/^data:/i.test(url))
      throw unsendable(at, 'an image whose data: URL is malformed', `send its bytes as ${dataUrl}`)
    const remedy = 'send its bytes as a data: URL; only a gateway set up with `fetchImages` fetches web addresses'
    throw unsendable(at, 'an image by its address', remedy)
  }
  const declared = formatOfType(data.mediaType)
  if (declared && declared.kind !== 'image')
    throw unsendable(at, `${quoted(data.mediaType)} as an image_url`, 'send it as a part of type file')
  const bytes = base64Of(data.base64, at)
  const format = sniffImageFormat(bytes)
  if (!format) {
    const what = declared ? 'an image whose bytes are no image' : `an image of type ${quoted(data.mediaType)}`
    throw unsendable(at, what, 'send PNG, JPEG, GIF or WebP')
  }
  return media.toBlock({ is: { kind: 'image', format }, source: { bytes } }, at)
}

/**
 * Bytes as Converse takes them.
 * @throws {GatewayError} `invalid_request` naming the part, for what is no base64.
 */
export function base64Of(text: string, at: string): string {
  if (isBase64(text)) return padded(text)
  const remedy = 'encode the bytes as base64, with + and / and without other characters'
  throw unsendable(at, 'data that is no base64', remedy)
}
