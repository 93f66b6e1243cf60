import type { ChatCompletionRequest } from '@modelgate/core'
import { marked } from '../caching/cache-marks.ts'
import { toAudioPart } from '../media/audio-part.ts'
import { toFilePart } from '../media/file-part.ts'
import { toImagePart } from '../media/image-part.ts'
import type { MediaBlock, RequestMedia } from '../media/request-media.ts'
import { isJsonObject } from '../wire/json.ts'
import { kindOf, quoted, refused, unsendable } from './invalid-request.ts'

/** The blocks of a user turn, which tool results share in part. */
export type PartBlock = { readonly text: string } | MediaBlock

type Part = Exclude<Extract<ChatCompletionRequest['messages'][number], { role: 'user' }>['content'], string>[number]
type Content = string | readonly (Part | RefusalPart)[] | null | undefined
type RefusalPart = { readonly type: 'refusal'; readonly refusal: string }

/**
 * A message's content as Converse blocks. Blank texts are left out: Converse refuses them.
 * @param at where the content stands, such as `messages[2].content`, for the error.
 * @throws {GatewayError} `invalid_request` naming the part, its kind and the remedy, for what Bedrock or the model cannot be told.
 */
export function toPartBlocks(content: Content, at: string, media: RequestMedia): PartBlock[] {
  if (content === null || content === undefined) return []
  if (typeof content === 'string') return textBlocks(content)
  if (!Array.isArray(content)) throw unsendable(at, kindOf(content), 'send a string or an array of parts')
  return content.flatMap((part, index) =>
    marked(toBlocks(part as Part | RefusalPart, `${at}[${index}]`, media), part as Part | RefusalPart),
  )
}

/**
 * The same for a role whose messages hold text alone: Bedrock takes media from the user and from tools only.
 * @throws {GatewayError} `invalid_request` naming the part that is no text.
 */
export function toTextBlocks(content: Content, at: string, role: string): { readonly text: string }[] {
  if (content === null || content === undefined) return []
  if (typeof content === 'string') return textBlocks(content)
  if (!Array.isArray(content)) throw unsendable(at, kindOf(content), 'send a string or an array of parts')
  return content.flatMap((value, index) => {
    const part = value as Part | RefusalPart
    if (part?.type === 'text') return marked(textBlocks(part.text), part)
    if (part?.type === 'refusal') return marked(textBlocks(part.refusal), part)
    const why = `Bedrock takes only text in a message of the ${role}, not ${partOf(part)}; put it in a user message`
    throw refused(`${at}[${index}]`, why)
  })
}

function toBlocks(part: Part | RefusalPart, at: string, media: RequestMedia): PartBlock[] {
  switch (part?.type) {
    case 'text':
      return textBlocks(part.text)
    case 'refusal':
      return textBlocks(part.refusal)
    case 'image_url':
      return [toImagePart(part.image_url.url, at, media)]
    case 'file':
      return [toFilePart({ ...part.file }, at, media)]
    case 'input_audio':
      return [toAudioPart(part.input_audio, at, media)]
    default:
      throw unsendable(at, partOf(part), 'send text, image_url, file or input_audio')
  }
}

function partOf(part: unknown): string {
  if (!isJsonObject(part)) return `${kindOf(part)} as a part`
  return typeof part.type === 'string' ? `a part of type ${quoted(part.type)}` : 'a part without a type'
}

function textBlocks(text: string): { readonly text: string }[] {
  return typeof text === 'string' && text.trim() !== '' ? [{ text }] : []
}
