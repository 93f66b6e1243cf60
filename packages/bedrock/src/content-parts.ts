import type { ChatCompletionRequest, GatewayError } from '@modelgate/core'
import { marked } from './cache-marks.ts'
import type { DocumentBlock, ImageBlock } from './converse-wire.ts'
import { type DocumentNames, documentFormatOf, toDocument } from './documents.ts'
import { imageFormatOf, isBase64, parseDataUrl } from './images.ts'
import { kindOf, mustBe, quoted, refused } from './invalid-request.ts'
import { isJsonObject } from './json.ts'

/** The blocks that a user turn and a tool result share. */
export type PartBlock =
  | { readonly text: string }
  | { readonly image: ImageBlock }
  | { readonly document: DocumentBlock }

type Part = Exclude<Extract<ChatCompletionRequest['messages'][number], { role: 'user' }>['content'], string>[number]
type Content = string | readonly (Part | RefusalPart)[] | null | undefined
type RefusalPart = { readonly type: 'refusal'; readonly refusal: string }

/**
 * A message's content as Converse blocks. Blank texts are left out: Converse refuses them.
 * @param at where the content stands, such as `messages[2].content`, for the error.
 * @throws {GatewayError} `invalid_request` naming the part, its kind and the remedy, for what Bedrock cannot be told.
 */
export function toPartBlocks(content: Content, at: string, documentName: DocumentNames): PartBlock[] {
  if (content === null || content === undefined) return []
  if (typeof content === 'string') return textBlocks(content)
  if (!Array.isArray(content)) throw unsupported(at, kindOf(content), 'send a string or an array of parts')
  return content.flatMap((part, index) =>
    marked(toBlocks(part as Part | RefusalPart, `${at}[${index}]`, documentName), part as Part | RefusalPart),
  )
}

function toBlocks(part: Part | RefusalPart, at: string, documentName: DocumentNames): PartBlock[] {
  switch (part?.type) {
    case 'text':
      return textBlocks(part.text)
    case 'refusal':
      return textBlocks(part.refusal)
    case 'image_url':
      return [toImage(part.image_url.url, at)]
    case 'file':
      return [toFile(part.file, at, documentName)]
    case 'input_audio':
      throw unsupported(at, `${part.input_audio.format} audio`, 'send a transcript as text')
    default:
      throw unsupported(at, partOf(part), 'send text, image_url or file')
  }
}

function partOf(part: unknown): string {
  if (!isJsonObject(part)) return `${kindOf(part)} as a part`
  return typeof part.type === 'string' ? `a part of type ${quoted(part.type)}` : 'a part without a type'
}

function textBlocks(text: string): PartBlock[] {
  return typeof text === 'string' && text.trim() !== '' ? [{ text }] : []
}

function toImage(url: string, at: string): PartBlock {
  if (url === '') throw unsupported(at, 'an image without an address', `send its bytes as ${imageUrl}`)
  const data = parseDataUrl(url)
  if (!data) {
    if (/^data:/i.test(url))
      throw unsupported(at, 'an image whose data: URL is malformed', `send its bytes as ${imageUrl}`)
    const remedy = 'send its bytes as a data: URL; addresses are not fetched'
    throw unsupported(at, `an image by the address ${url.slice(0, 60)}`, remedy)
  }
  const format = imageFormatOf(data.mediaType, data.base64)
  if (!format) throw unsupported(at, `an image of type ${quoted(data.mediaType)}`, 'send PNG, JPEG, GIF or WebP')
  return { image: { format, source: { bytes: bytesOf(data.base64, at) } } }
}

function toFile(file: Extract<Part, { type: 'file' }>['file'], at: string, documentName: DocumentNames): PartBlock {
  const { file_data: url, filename } = file as { readonly file_data?: unknown; readonly filename?: unknown }
  if (url === undefined || url === null || url === '') {
    throw unsupported(
      at,
      file.file_id ? 'a file by file_id' : 'a file without file_data',
      `send its bytes as file_data, ${fileUrl}`,
    )
  }
  if (typeof url !== 'string') throw mustBe(`${at}.file.file_data`, fileUrl, url)
  if (filename !== undefined && filename !== null && typeof filename !== 'string') {
    throw mustBe(`${at}.file.filename`, "a string such as 'report.pdf'", filename)
  }
  const data = parseDataUrl(url)
  if (!data) throw unsupported(at, 'file_data that is no data: URL', `send its bytes as file_data, ${fileUrl}`)
  const format = documentFormatOf(data.mediaType)
  if (format) return toDocument(format, documentName(filename ?? undefined), bytesOf(data.base64, at))
  const image = imageFormatOf(data.mediaType, data.base64)
  if (image) return { image: { format: image, source: { bytes: bytesOf(data.base64, at) } } }
  const remedy = 'send pdf, csv, doc, docx, xls, xlsx, html, txt, md or an image'
  throw unsupported(at, `a file of type ${quoted(data.mediaType)}`, remedy)
}

const imageUrl = "a data: URL such as 'data:image/png;base64,…'"
const fileUrl = "a data: URL such as 'data:application/pdf;base64,…'"

function bytesOf(base64: string, at: string): string {
  if (isBase64(base64)) return base64
  throw unsupported(
    at,
    'data that is no base64',
    'encode the bytes as base64, with + and / and without other characters',
  )
}

function unsupported(at: string, kind: string, remedy: string): GatewayError {
  return refused(at, `Bedrock cannot be sent ${kind}; ${remedy}`)
}
