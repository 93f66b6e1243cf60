import { mustBe, quoted, refused } from '../request/invalid-request.ts'
import type { BedrockEmbeddingsRequest } from '../request/request-extensions.ts'
import type { EmbeddingFamily, EmbeddingWish } from './embedding-family.ts'
import type { EmbeddingItem } from './embedding-item.ts'
import { type EmbeddingInputType, inputTypes } from './embedding-options.ts'

/** Where a request does not say: a text that is too long is refused, and not embedded in part. */
const whole = 'NONE'
const truncations = [whole, 'START', 'END'] as const

/** What an embeddings request asks of its family. */
interface WishParts {
  readonly family: EmbeddingFamily
  readonly items: readonly EmbeddingItem[]
  /** Where the request does not say. */
  readonly inputType: EmbeddingInputType
  readonly dropped: Set<string>
}

/** @throws {GatewayError} `invalid_request` naming what the model does not take, and what it does. */
export function toEmbeddingWish(request: BedrockEmbeddingsRequest, parts: WishParts): EmbeddingWish {
  return {
    dimensions: dimensionsOf(request, parts.family),
    inputType: inputTypeOf(request, parts),
    truncate: truncateOf(request, parts),
  }
}

function dimensionsOf({ model, dimensions }: BedrockEmbeddingsRequest, family: EmbeddingFamily): number | undefined {
  if (dimensions === undefined || dimensions === null) return undefined
  if (typeof dimensions !== 'number') throw mustBe('dimensions', 'a whole number', dimensions)
  if (family.dimensions.includes(dimensions)) return dimensions
  // A model that cannot be told makes vectors of one length, which may be the one asked for.
  if (dimensions === family.ownDimensions) return undefined
  const remedy =
    family.dimensions.length > 0
      ? `send one of ${family.dimensions.join(', ')}`
      : `its vectors have ${family.ownDimensions}; leave it out`
  throw refused('dimensions', `${quoted(model)} does not take ${dimensions}; ${remedy}`)
}

function inputTypeOf({ model, input_type: asked }: BedrockEmbeddingsRequest, parts: WishParts): string {
  const { family, items, inputType, dropped } = parts
  const words = family.inputTypes
  const isAsked = asked !== undefined && asked !== null
  if (isAsked && typeof asked !== 'string') throw mustBe('input_type', "a string such as 'search_query'", asked)
  if (!words) {
    if (isAsked) dropped.add('input_type')
    return inputType
  }
  if (!isAsked) return words.get(inputType) ?? inputType
  const word = words.get(asked)
  if (word !== undefined) return word
  // Cohere's word for images, which is said of those in any case.
  if (asked === 'image' && items.every(item => 'image' in item)) return words.get(inputType) ?? inputType
  const known = [...inputTypes, ...[...words.keys()].filter(name => !isGeneral(name))]
  throw refused('input_type', `${quoted(model)} does not take ${quoted(asked)}; send one of ${known.join(', ')}`)
}

function isGeneral(name: string): boolean {
  const general: readonly string[] = inputTypes
  return general.includes(name)
}

function truncateOf({ truncate: asked }: BedrockEmbeddingsRequest, { family, dropped }: WishParts): string {
  const truncation = truncations.find(name => name === (asked ?? whole))
  if (!truncation) throw mustBe('truncate', "'NONE', 'START' or 'END'", asked)
  if (family.truncations) return family.truncations[truncation]
  if (truncation !== whole) dropped.add('truncate')
  return truncation
}
