/*
 * The most that a picture, a page or a second of sound is counted as, by the APIs that say so. Generous on purpose: what was
 * not used is given back when the call has settled.
 */

/** A base of 2,833 and 5,667 for each of at most 8 tiles, as the model that counts most of all does. https://developers.openai.com/api/docs/guides/images-vision */
const imageTokens = 48_169
/**
 * With `detail: 'low'` the base alone would be all; but models that know no detail, as Claude does not, count all of the picture: a token
 * for 750 pixels, of at most 3.75 million. https://platform.claude.com/docs/en/build-with-claude/vision
 */
const smallImageTokens = 5_000
/** Up to 3,000 of text, and a picture of the page up to 1,600. https://platform.claude.com/docs/en/build-with-claude/pdf-support */
const pageTokens = 4_600
/** The most that a request may hold. https://platform.claude.com/docs/en/build-with-claude/pdf-support */
const mostPages = 100
/** An estimate: a page of text alone is seldom smaller. */
const pageBytes = 16_384
/** Half of it for what a caller says; an earlier answer is counted double. https://developers.openai.com/api/docs/guides/realtime-costs */
const soundTokensPerSecond = 20
/** The lowest rate of MP3, 8 kbit/s: no format that is taken holds a second in less. */
const soundBytesPerSecond = 1_000
/** An earlier answer in sound is named and not sent. An estimate: two minutes. */
const namedSoundTokens = 120 * soundTokensPerSecond

/** Tokens that a content part other than text stands for at most; `undefined` for one that is text, or unknown, and counts by its bytes. */
export function mediaTokens(part: unknown): number | undefined {
  switch (member(part, 'type')) {
    case 'image_url':
      return member(member(part, 'image_url'), 'detail') === 'low' ? smallImageTokens : imageTokens
    case 'input_audio':
      return soundTokens(textLength(member(part, 'input_audio'), 'data'))
    case 'file':
      return fileTokens(member(part, 'file'))
    default:
      return undefined
  }
}

/** Tokens of one text to embed, or of an image in its place: of one that is taken for text, models read 8,192 tokens at the most. */
export function embeddedMediaTokens(item: string): number | undefined {
  return item.startsWith('data:') && imageHead.test(item) ? imageTokens : undefined
}

const imageHead = /^data:image\/[a-z0-9.+-]{1,40};base64,/i

/** Tokens of the earlier answer in sound that a message names by its id; 0 for every other message. */
export function answeredSoundTokens(message: object): number {
  const audio = member(message, 'audio')
  return audio === undefined || audio === null ? 0 : namedSoundTokens
}

function soundTokens(base64Length: number): number {
  return Math.ceil((base64Length * 3) / 4 / soundBytesPerSecond) * soundTokensPerSecond
}

/** What was uploaded before, or stands at an address, may be of any length. What is text is no longer than its bytes. */
function fileTokens(file: unknown): number {
  const data = member(file, 'file_data')
  const filename = member(file, 'filename')
  const named = typeof filename === 'string' ? Buffer.byteLength(filename) : 0
  if (typeof data !== 'string' || data === '' || isAddress.test(data)) return mostPages * pageTokens + named
  const textType = isText.exec(data)
  if (textType) return Math.ceil(((data.length - textType[0].length) * 3) / 4) + named
  const pages = Math.ceil((data.length * 3) / 4 / pageBytes)
  return Math.min(pages, mostPages) * pageTokens + named
}

/** `s3://`, `https://` */
const isAddress = /^[a-z0-9]{1,16}:\/\//i
const isText = /^data:(?:text\/[^,]{0,200}|application\/(?:csv|json|xml)[^,]{0,200});base64,/i

function textLength(value: unknown, name: string): number {
  const text = member(value, name)
  return typeof text === 'string' ? text.length : 0
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return (value as Readonly<Record<string, unknown>>)[name]
}
