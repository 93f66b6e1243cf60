import { mustBe, quoted, unsendable } from '../request/invalid-request.ts'
import { base64Of } from './image-part.ts'
import { isBase64, parseDataUrl, sniffImageFormat } from './images.ts'
import { formatOfName, formatOfType, type MediaFormat } from './media-formats.ts'
import type { MediaBlock, RequestMedia } from './request-media.ts'
import { s3Medium } from './s3-medium.ts'

const dataUrl = "a data: URL such as 'data:application/pdf;base64,…'"
const remedy = 'send pdf, csv, doc, docx, xls, xlsx, html, txt, md, an image, a video or a recording'

/**
 * A `file` part: a document, or whatever medium its type says it is. Where `file_data` says no type, the extension of `filename`
 * does.
 * @throws {GatewayError} `invalid_request` naming the part, for a file that cannot be sent.
 * @see https://developers.openai.com/api/docs/guides/pdf-files
 */
export function toFilePart(file: { readonly [member: string]: unknown }, at: string, media: RequestMedia): MediaBlock {
  const { file_data: data, file_id: id, filename } = file
  if (data === undefined || data === null || data === '') {
    throw unsendable(
      at,
      id ? 'a file by file_id' : 'a file without file_data',
      `send its bytes as file_data, ${dataUrl}`,
    )
  }
  if (typeof data !== 'string') throw mustBe(`${at}.file.file_data`, dataUrl, data)
  if (filename !== undefined && filename !== null && typeof filename !== 'string') {
    throw mustBe(`${at}.file.filename`, "a string such as 'report.pdf'", filename)
  }
  const name = filename ?? undefined
  if (/^s3:/i.test(data)) {
    const medium = s3Medium(data, at, media)
    return media.toBlock({ ...medium, filename: name ?? medium.filename }, at)
  }
  const { is, base64 } = readFile(data, name, at)
  media.mustTake(is.kind, at)
  return media.toBlock({ is, source: { bytes: base64Of(base64, at) }, filename: name }, at)
}

function readFile(
  data: string,
  filename: string | undefined,
  at: string,
): { readonly is: MediaFormat; readonly base64: string } {
  const byName = filename === undefined ? undefined : formatOfName(filename)
  const url = parseDataUrl(data)
  if (!url) {
    if (byName && isBase64(data)) return { is: sniffed(data) ?? byName, base64: data }
    throw unsendable(at, 'file_data that is no data: URL', `send its bytes as file_data, ${dataUrl}`)
  }
  const { mediaType, base64 } = url
  const declared = formatOfType(mediaType)
  const is = declared && declared.kind !== 'image' ? declared : sniffed(base64)
  if (is) return { is, base64 }
  if (byName && untyped.has(mediaType)) return { is: byName, base64 }
  if (declared) throw unsendable(at, 'an image whose bytes are no image', 'send PNG, JPEG, GIF or WebP')
  throw unsendable(at, `a file of type ${quoted(mediaType)}`, remedy)
}

/** What clients write that do not know the type. */
const untyped: ReadonlySet<string> = new Set(['', 'application/octet-stream', 'binary/octet-stream'])

/** Images are refused where they are not what they are said to be. */
function sniffed(base64: string): MediaFormat | undefined {
  const format = sniffImageFormat(base64)
  return format && { kind: 'image', format }
}
