import { type ChatCompletionRequest, GatewayError } from '@modelgate/core'
import type { DocumentBlock, ImageBlock } from './converse-wire.ts'
import { type DocumentNames, documentFormatOf, toDocument } from './documents.ts'
import { imageFormatOf, parseDataUrl } from './images.ts'

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
  if (!Array.isArray(content)) throw unsupported(at, `a ${typeof content}`, 'send a string or an array of parts')
  return content.flatMap((part, index) => toBlocks(part as Part | RefusalPart, `${at}[${index}]`, documentName))
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
      throw unsupported(
        at,
        `a part of type '${String((part as Part | undefined)?.type)}'`,
        'send text, image_url or file',
      )
  }
}

function textBlocks(text: string): PartBlock[] {
  return typeof text === 'string' && text.trim() !== '' ? [{ text }] : []
}

function toImage(url: string, at: string): PartBlock {
  const data = parseDataUrl(url)
  if (!data) {
    throw unsupported(
      at,
      `an image by the address ${url.slice(0, 60)}`,
      'send its bytes as a data: URL; addresses are not fetched',
    )
  }
  const format = imageFormatOf(data.mediaType, data.base64)
  if (!format) throw unsupported(at, `an image of type '${data.mediaType}'`, 'send PNG, JPEG, GIF or WebP')
  return { image: { format, source: { bytes: data.base64 } } }
}

function toFile(file: Extract<Part, { type: 'file' }>['file'], at: string, documentName: DocumentNames): PartBlock {
  if (!file.file_data) throw unsupported(at, 'a file by file_id', 'send its bytes as file_data, a data: URL')
  const data = parseDataUrl(file.file_data)
  if (!data) throw unsupported(at, 'file_data that is no data: URL', "send 'data:application/pdf;base64,…'")
  const format = documentFormatOf(data.mediaType)
  if (format) return toDocument(format, documentName(file.filename), data.base64)
  const image = imageFormatOf(data.mediaType, data.base64)
  if (image) return { image: { format: image, source: { bytes: data.base64 } } }
  const remedy = 'send pdf, csv, doc, docx, xls, xlsx, html, txt, md or an image'
  throw unsupported(at, `a file of type '${data.mediaType}'`, remedy)
}

function unsupported(at: string, kind: string, remedy: string): GatewayError {
  return new GatewayError('invalid_request', `${at}: Bedrock cannot be sent ${kind}; ${remedy}.`, { param: at })
}
