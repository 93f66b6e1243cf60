import { base64Of } from '../media/image-part.ts'
import { parseDataUrl, sniffImageFormat } from '../media/images.ts'
import { lacking, mustBe, quoted, refused, unsendable } from '../request/invalid-request.ts'
import type { EmbeddingFamily } from './embedding-family.ts'
import type { EmbeddingImage, EmbeddingItem } from './embedding-item.ts'

/** As many as OpenAI takes. */
const maxItems = 2_048
/** The head of an image's `data:` URL. No text that is worth a vector begins so. */
const imageHead = /^data:image\/[a-z0-9.+-]{1,40};base64,/i

/**
 * The items of an `input`, in its order: texts, and images as `data:` URLs.
 * @throws {GatewayError} `invalid_request` naming the item, for what has no embedding or what the model cannot take.
 * @see https://developers.openai.com/api/docs/api-reference/embeddings/create
 */
export function toEmbeddingItems(input: unknown, family: EmbeddingFamily, model: string): EmbeddingItem[] {
  if (typeof input === 'string') return [toItem(input, 'input', { family, model })]
  const list: readonly unknown[] = Array.isArray(input) ? input : []
  if (list.length === 0) throw mustBe('input', 'a string or an array of strings', input)
  if (list.length > maxItems)
    throw refused('input', `has ${list.length} items, and ${maxItems} are the most; send them in several calls`)
  return list.map((item, index) => toItem(item, `input[${index}]`, { family, model }))
}

interface Taker {
  readonly family: EmbeddingFamily
  readonly model: string
}

function toItem(item: unknown, at: string, taker: Taker): EmbeddingItem {
  if (typeof item === 'number' || Array.isArray(item))
    throw refused(at, "Bedrock's models do not take token ids; send the text itself")
  if (typeof item !== 'string') throw mustBe(at, 'a string', item)
  if (item.startsWith('data:') && imageHead.test(item)) return { image: toImage(item, at, taker) }
  if (item.trim() === '') throw refused(at, 'is blank, which has no embedding; send some text')
  checkLength(item, at, taker)
  return { text: item }
}

function checkLength(text: string, at: string, { family: { maxCharacters }, model }: Taker): void {
  if (text.length <= maxCharacters) return
  const characters = charactersIn(text)
  if (characters <= maxCharacters) return
  throw refused(at, `has ${characters} characters, and ${quoted(model)} takes ${maxCharacters}; send it in pieces`)
}

/** Unicode's, of which one outside the basic plane is two units of a string. */
function charactersIn(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at += 1) if ((text.charCodeAt(at) & 0xfc00) !== 0xdc00) count += 1
  return count
}

function toImage(url: string, at: string, { family, model }: Taker): EmbeddingImage {
  if (!family.takesImages)
    throw lacking('images', at, `is an image, which ${quoted(model)} does not take; use a multimodal model`)
  const base64 = base64Of(parseDataUrl(url)?.base64 ?? '', at)
  const format = sniffImageFormat(base64)
  if (!format) throw unsendable(at, 'an image whose bytes are no image', 'send PNG, JPEG, GIF or WebP')
  return { format, base64 }
}
