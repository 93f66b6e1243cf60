import type { ChatMessage } from '@modelgate/core'
import { all, append, change, drop, put } from '../edit-json.ts'
import { ask, assistant, models, user } from '../right-requests.ts'
import { inBody, type WrongTranslations } from '../wrong-translation.ts'

type Part = Exclude<Extract<ChatMessage, { role: 'user' }>['content'], string>[number]

const png = Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1').toString('base64')
const text = (words: string): Part => ({ type: 'text', text: words })
const picture = (mediaType: string, base64: string): Part => ({
  type: 'image_url',
  image_url: { url: `data:${mediaType};base64,${base64}` },
})
const file = (filename: string, mediaType = 'application/pdf'): Part => ({
  type: 'file',
  file: { filename, file_data: `data:${mediaType};base64,QUJD` },
})
const imageBlock = { image: { format: 'png', source: { bytes: png } } }
const documentBlock = (name: string) => ({ document: { format: 'pdf', name, source: { bytes: 'QUJD' } } })
const numbers = (count: number) => Array.from({ length: count }, (_none, index) => index)

/** A question about some attachments. */
const about = (...parts: readonly Part[]) => ask({ messages: [user([text('Look'), ...parts])] })

/** Wrong steps in pictures and documents. */
export const mediaSteps: WrongTranslations = {
  'images-unsupported': {
    wrong: 'sends a picture to a model that takes none',
    request: ask({ model: models.novaMicro }),
    step: inBody(append('messages.0.content', imageBlock)),
  },
  'image-user-only': {
    wrong: "puts a picture into the assistant's turn",
    request: ask({
      messages: [user([text('Look'), picture('image/png', png)]), assistant('I see.'), user('And now?')],
    }),
    step: inBody(all(drop('messages.0.content.1'), append('messages.1.content', imageBlock))),
  },
  'image-count': {
    wrong: 'sends one picture twice',
    request: { ...about(...numbers(8).map(() => picture('image/png', png))), model: models.llama4 },
    step: inBody(append('messages.0.content', imageBlock)),
  },
  'image-format': {
    wrong: 'calls a JPEG jpg',
    request: about(picture('image/jpg', '/9j/4AAQSkZJRgAB')),
    step: inBody(put('messages.0.content.1.image.format', 'jpg')),
  },
  'image-unreadable': {
    wrong: "encodes a picture's base64 once more",
    request: about(picture('image/png', png)),
    step: inBody(
      change('messages.0.content.1.image.source.bytes', bytes => Buffer.from(String(bytes)).toString('base64')),
    ),
  },
  'image-magic': {
    wrong: 'believes what a picture says that it is',
    request: about(picture('image/jpeg', png)),
    step: inBody(put('messages.0.content.1.image.format', 'jpeg')),
  },
  'documents-unsupported': {
    wrong: 'sends a document to a model that takes none',
    request: ask({ model: models.deepseek }),
    step: inBody(append('messages.0.content', documentBlock('a'))),
  },
  'document-format': {
    wrong: "takes a media type's second half for the format",
    request: about(file('notes.md', 'text/markdown')),
    step: inBody(put('messages.0.content.1.document.format', 'markdown')),
  },
  'document-name': {
    wrong: 'passes on a file name with its dots',
    request: about(file('report.v2.pdf')),
    step: inBody(put('messages.0.content.1.document.name', 'report.v2.pdf')),
  },
  'document-name-unique': {
    wrong: 'gives two documents one name',
    request: about(file('report.pdf'), file('report.pdf')),
    step: inBody(put('messages.0.content.2.document.name', 'report')),
  },
  'document-count': {
    wrong: 'sends a sixth document',
    request: about(...numbers(5).map(index => file(`${index}.pdf`))),
    step: inBody(append('messages.0.content', documentBlock('one more'))),
  },
  'document-with-text': {
    wrong: 'sends a document without a text beside it',
    request: ask({ messages: [user([file('report.pdf')])] }),
    step: inBody(drop('messages.0.content.1')),
  },
}
