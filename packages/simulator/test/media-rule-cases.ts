import {
  assistant,
  document,
  hi,
  image,
  NOVA,
  PNG,
  type RuleCase,
  result,
  text,
  toolConfig,
  use,
  user,
} from './rule-case-parts.ts'

const video = (format = 'mp4', source: object = { bytes: 'AAAA' }) => ({ video: { format, source } })
const audio = (format = 'wav') => ({ audio: { format, source: { bytes: 'AAAA' } } })
const ask = (...content: object[]) => ({ messages: [user(text, ...content)] })
const VOXTRAL = 'mistral.voxtral-mini-3b-2507'

/** A PNG of so many bytes and pixels, as base64. */
function png(bytes: number, width = 1, height = 1): string {
  const image = Buffer.alloc(bytes)
  image.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')
  image.writeUInt32BE(width, 16)
  image.writeUInt32BE(height, 20)
  return image.toString('base64')
}
const megabytes = (count: number) => Math.floor(count * 1024 * 1024)
const base64Of = (bytes: number) => Buffer.alloc(bytes).toString('base64')

/** Rules about what is attached. */
export const MEDIA_RULE_CASES: Readonly<Record<string, RuleCase>> = {
  'blob-base64': {
    body: ask(document('a'), { document: { name: 'b', format: 'txt', source: { bytes: 'a-b_' } } }),
    says: 'messages.0.content.2',
  },
  'media-source': { body: ask({ image: { format: 'png', source: {} } }), says: "'messages.0.content.1'" },
  'image-size': { body: ask(image('png', png(megabytes(3.75) + 1))), says: 'exceeds 3.75 MB' },
  'image-dimensions': { body: ask(image('png', png(64, 8001, 1))), says: '8000 pixels' },
  'image-many-dimensions': {
    body: ask(...Array.from({ length: 21 }, (_none, at) => image('png', png(64, at === 20 ? 2001 : 2000, 1)))),
    says: 'messages.0.content.21.image.source.base64.data: At least one of the image dimensions exceed',
  },
  'image-s3-unsupported': {
    body: ask({ image: { format: 'png', source: { s3Location: { uri: 's3://bucket/a.png' } } } }),
    says: "doesn't support the s3Location",
  },
  's3-location': {
    model: NOVA,
    body: ask({ image: { format: 'png', source: { s3Location: { uri: 'https://bucket/a.png' } } } }),
    says: 'must be an s3:// URI',
  },
  'document-size': {
    body: ask({ document: { name: 'a', format: 'csv', source: { bytes: base64Of(megabytes(4.5) + 1) } } }),
    says: 'limit of 4.5 MB',
  },
  'video-unsupported': { body: ask(video()), says: "doesn't support video" },
  'video-format': { model: NOVA, body: ask(video('avi')), says: 'three_gp' },
  'video-count': { model: NOVA, body: ask(video(), video()), says: 'found 2' },
  'video-size': {
    model: NOVA,
    body: ask(video('mp4', { bytes: 'A'.repeat(megabytes(25) + 4) })),
    says: 'limit of 25 MB',
  },
  'audio-unsupported': { body: ask(audio()), says: "doesn't support audio" },
  'audio-format': { model: VOXTRAL, body: ask(audio('midi')), says: 'audio.format' },
  'tool-result-image': {
    model: 'mistral.mistral-large-3-675b-instruct',
    body: {
      messages: [hi, assistant(use('abcdef123')), user({ toolResult: { toolUseId: 'abcdef123', content: [image()] } })],
      toolConfig,
    },
    says: "doesn't support the image field for user messages",
  },
  'tool-result-document': {
    model: NOVA,
    body: {
      messages: [hi, assistant(use('t1')), user({ toolResult: { toolUseId: 't1', content: [document('a', 'pdf')] } })],
      toolConfig,
    },
    says: 'Send csv or txt',
  },
  'tool-result-beside-document': {
    body: { messages: [hi, assistant(use('t1')), user(result('t1'), text, document('a'))], toolConfig },
    says: 'documents and videos may not stand beside',
  },
}

const jpeg = Buffer.concat([
  Buffer.from('ffd8ffe000040000ffc0000b08', 'hex'),
  Buffer.from([0x20, 0x00, 0x1f, 0x40]),
  Buffer.alloc(40),
])

/** Requests that come close to one of these rules without breaking it. */
export const ACCEPTED_MEDIA: Readonly<Record<string, Omit<RuleCase, 'says'>>> = {
  'base64 without its padding': { body: ask({ document: { name: 'b', format: 'txt', source: { bytes: 'aGk' } } }) },
  'the largest image': { body: ask(image('png', png(megabytes(3.75), 8000, 8000))) },
  'a larger image on Nova': { model: NOVA, body: ask(image('png', png(megabytes(3.75) + 1))) },
  'twenty wide images': { body: ask(...Array.from({ length: 20 }, () => image('png', png(64, 2001, 1)))) },
  'many wide images on Nova': {
    model: NOVA,
    body: ask(...Array.from({ length: 101 }, () => image('png', png(64, 2001, 1)))),
  },
  'a large PDF on Claude 4.5': {
    body: ask({ document: { name: 'a', format: 'pdf', source: { bytes: base64Of(megabytes(4.5) + 1) } } }),
  },
  'a large DOCX on Nova': {
    model: NOVA,
    body: ask({ document: { name: 'a', format: 'docx', source: { bytes: base64Of(megabytes(4.5) + 1) } } }),
  },
  'a document as text': { body: ask({ document: { name: 'a', format: 'txt', source: { text: 'hi' } } }) },
  'an image in S3 on Nova': {
    model: NOVA,
    body: ask({ image: { format: 'png', source: { s3Location: { uri: 's3://bucket/a.png', bucketOwner: '1' } } } }),
  },
  'a video on Nova': { model: NOVA, body: ask(video('three_gp')) },
  'audio on Voxtral': { model: VOXTRAL, body: ask(audio('mp3')) },
  'an image in a tool result on Claude': {
    body: {
      messages: [hi, assistant(use('t1')), user({ toolResult: { toolUseId: 't1', content: [image('png', PNG)] } })],
      toolConfig,
    },
  },
}

/** Images that are too large, in each format, and those that say nothing of their size. */
export const SIZED_IMAGES: readonly (readonly [format: string, base64: string, tooLarge: boolean])[] = [
  ['png', png(64, 1, 9000), true],
  ['gif', Buffer.from(`GIF89a\x01\x00\x41\x1f${' '.repeat(40)}`, 'latin1').toString('base64'), true],
  ['gif', Buffer.from(`GIF89a\x01\x00\x40\x1f${' '.repeat(40)}`, 'latin1').toString('base64'), false],
  [
    'webp',
    Buffer.from(`RIFF0000WEBPVP8X00000000\x40\x1f\x00\x00\x00\x00${' '.repeat(40)}`, 'latin1').toString('base64'),
    true,
  ],
  [
    'webp',
    Buffer.from(`RIFF0000WEBPVP8X00000000\x3f\x1f\x00\x00\x00\x00${' '.repeat(40)}`, 'latin1').toString('base64'),
    false,
  ],
  ['jpeg', jpeg.toString('base64'), true],
  ['jpeg', `/9j/${'A'.repeat(80)}`, false],
]

export const imageRequest = (format: string, base64: string): RuleCase['body'] => ask(image(format, base64))
