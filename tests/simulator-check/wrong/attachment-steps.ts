import { all, append, drop, put } from '../edit-json.ts'
import { ask, assistant, calls, models, tool, toolResult, user } from '../right-requests.ts'
import { inBody, type WrongTranslations } from '../wrong-translation.ts'

const png = Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1').toString('base64')
const text = { type: 'text', text: 'Look' } as const
const picture = { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } } as const
const file = { type: 'file', file: { filename: 'a.csv', file_data: 'data:text/csv;base64,QUJD' } } as const
const seen = ask({ messages: [user([text, picture])] })
const read = ask({ messages: [user([text, file])] })
const imageBytes = 'messages.0.content.1.image.source'
const inS3 = (uri: string) => ({ image: { format: 'png', source: { s3Location: { uri } } } })

/** A PNG that says it is so many pixels wide, and zeros behind its head. */
function wide(pixels: number, bytes: number): string {
  const image = Buffer.alloc(bytes)
  image.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')
  image.writeUInt32BE(pixels, 16)
  image.writeUInt32BE(1, 20)
  return image.toString('base64')
}
const megabytes = (count: number) => count * 1024 * 1024

/** A conversation in which the tool was called and has answered. */
const called = (model: string) =>
  ask({
    model,
    tools: [tool('get_weather')],
    messages: [user('Paris?'), assistant(null, calls('t1')), toolResult('t1')],
  })
const answeredWith = (block: object) => inBody(put('messages.2.content.0.toolResult.content', [block]))
const documentBlock = { document: { format: 'pdf', name: 'report', source: { bytes: 'QUJD' } } }

/** Wrong steps in the bytes of what is attached, and where it stands. */
export const attachmentSteps: WrongTranslations = {
  'blob-base64': {
    wrong: 'encodes a file for addresses',
    request: read,
    step: inBody(put('messages.0.content.1.document.source.bytes', 'a-b_')),
  },
  'media-source': {
    wrong: 'loses the bytes of a picture',
    request: seen,
    step: inBody(drop(`${imageBytes}.bytes`)),
  },
  'image-size': {
    wrong: 'sends a picture of any size',
    request: seen,
    step: inBody(put(`${imageBytes}.bytes`, wide(1, megabytes(4)))),
  },
  'image-dimensions': {
    wrong: 'sends a picture of any width',
    request: seen,
    step: inBody(put(`${imageBytes}.bytes`, wide(9_000, 64))),
  },
  'image-many-dimensions': {
    wrong: 'sends one wide picture among many',
    request: ask({ messages: [user([text, ...Array.from({ length: 21 }, () => picture)])] }),
    step: inBody(put(`${imageBytes}.bytes`, wide(2_001, 64))),
  },
  'image-s3-unsupported': {
    wrong: 'names a picture in S3 to a model that cannot read it there',
    request: ask(),
    step: inBody(append('messages.0.content', inS3('s3://bucket/a.png'))),
  },
  's3-location': {
    wrong: 'passes on any address as one in S3',
    request: ask({ model: models.nova }),
    step: inBody(append('messages.0.content', inS3('https://example.com/a.png'))),
  },
  'document-size': {
    wrong: 'sends a file of any size',
    request: read,
    step: inBody(put('messages.0.content.1.document.source.bytes', Buffer.alloc(megabytes(5)).toString('base64'))),
  },
  'tool-result-image': {
    wrong: 'leaves a picture in a result for a model that wants it in a turn',
    request: called(models.mistral3),
    step: answeredWith({ image: { format: 'png', source: { bytes: png } } }),
  },
  'tool-result-document': {
    wrong: 'leaves a PDF in a result for a model that reads CSV and text there',
    request: called(models.nova),
    step: answeredWith(documentBlock),
  },
  'tool-result-beside-document': {
    wrong: 'merges a result and a document into one turn',
    request: ask({
      tools: [tool('get_weather')],
      messages: [user('Paris?'), assistant(null, calls('t1')), toolResult('t1'), user([text, file])],
    }),
    step: inBody(
      all(drop('messages.4'), drop('messages.3'), append('messages.2.content', { text: 'Look' }, documentBlock)),
    ),
  },
}
