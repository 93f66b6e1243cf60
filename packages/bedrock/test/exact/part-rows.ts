import type { ContentPart } from '@modelgate/core'
import { images } from '../images.ts'
import { text, user } from './message-shapes.ts'
import type { RequestRow } from './request-row.ts'

export const nova = 'amazon.nova-lite-v1:0'
/** The text that stands before the part in question. */
export const a: ContentPart = text('a')

export const bytesOf = (megabytes: number) => Buffer.alloc(megabytes * 1024 * 1024, 1)
export const heavyPng = (megabytes: number) => Buffer.concat([Buffer.from(images.png, 'base64'), bytesOf(megabytes)])
export const dataUrl = (mediaType: string, bytes: Buffer) => `data:${mediaType};base64,${bytes.toString('base64')}`
export const named = (file_data: string, filename?: string): ContentPart => ({
  type: 'file',
  file: { file_data, ...(filename !== undefined && { filename }) },
})
export const several = (count: number, part: (index: number) => ContentPart) =>
  Array.from({ length: count }, (_, at) => part(at))

/** A row whose one user message has these parts, and becomes these blocks. */
export const becomes = (
  it: string,
  model: string,
  parts: readonly ContentPart[],
  content: readonly object[],
): RequestRow => ({
  it,
  request: { model, messages: [user([...parts])] },
  sends: { messages: [{ role: 'user', content }] },
})

/** The same row with a provider that has media read from S3. */
export const fromS3 = (row: RequestRow): RequestRow => ({ ...row, options: { s3Media: true } })

/** A row whose one user message has a part that is refused. */
export const refuses = (it: string, model: string, parts: readonly ContentPart[], says: RegExp): RequestRow => ({
  it,
  request: { model, messages: [user([...parts])] },
  refuses: { param: `messages[0].content[${parts.length - 1}]`, says },
})
