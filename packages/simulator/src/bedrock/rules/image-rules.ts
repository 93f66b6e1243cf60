import { pick, stringOf } from '../../json.ts'
import type { BlockAt } from '../converse-request.ts'
import { imageSize } from './image-size.ts'
import { bytesIn, inlineBytes, places } from './media-places.ts'
import type { Rule } from './rule.ts'
import { sniffImage } from './sniff-image.ts'

const IMAGE = /^(png|jpeg|gif|webp)$/
const MOST_BYTES = 3.75 * 1024 * 1024
const MOST_PIXELS = 8000
/** Beside more than these, Claude takes only smaller ones. */
const MANY = 20
const MOST_PIXELS_OF_MANY = 2000

const isWider = ({ block }: BlockAt, most: number) =>
  imageSize(inlineBytes(block, 'image') ?? '')?.some(pixels => pixels > most) === true

/** Rules about images. */
export const IMAGE_RULES: readonly Rule[] = [
  {
    id: 'images-unsupported',
    applies: ({ model }) => !model.images,
    check: request => places(request, 'image')[0]?.at,
    message: "This model doesn't support images. Remove the image at {} and try again.",
  },
  {
    id: 'image-user-only',
    check: request => places(request, 'image').find(({ role }) => role !== 'user')?.at,
    message: 'The image at {} is in an assistant message. Images are only supported in the user role.',
  },
  {
    id: 'image-count',
    check: request =>
      places(request, 'image').length > request.model.mostImages ? String(request.model.mostImages) : undefined,
    message: 'The model returned the following errors: messages: too many images: image_count > {}',
  },
  {
    id: 'image-many-dimensions',
    applies: request => request.model.claude && places(request, 'image').length > MANY,
    check: request => places(request, 'image').find(place => isWider(place, MOST_PIXELS_OF_MANY))?.at,
    message:
      'The model returned the following errors: {}.image.source.base64.data: At least one of the image dimensions exceed max allowed size for many-image requests: 2000 pixels',
  },
  {
    id: 'image-format',
    check: request =>
      places(request, 'image').find(({ block }) => !IMAGE.test(String(pick(block, 'image', 'format'))))?.at,
    message:
      "1 validation error detected: Value at '{}.image.format' failed to satisfy constraint: Member must satisfy enum value set: [png, jpeg, gif, webp]",
  },
  {
    id: 'image-unreadable',
    check: request =>
      places(request, 'image').find(({ block }) => {
        const bytes = inlineBytes(block, 'image')
        return bytes !== undefined && sniffImage(bytes) === undefined
      })?.at,
    message: 'The model returned the following errors: {}.image.source.base64: Could not process image',
  },
  {
    id: 'image-magic',
    check: request => {
      const offence = places(request, 'image')
        .map(({ at, block }) => ({
          at,
          declared: stringOf(pick(block, 'image', 'format')) ?? '',
          real: sniffImage(inlineBytes(block, 'image') ?? ''),
        }))
        .find(({ declared, real }) => IMAGE.test(declared) && real !== undefined && real !== declared)
      return (
        offence &&
        `The image was specified using the image/${offence.declared} media type, but the image appears to be a image/${offence.real} image`
      )
    },
    message: 'The model returned the following errors: messages: {}',
  },
  {
    id: 'image-size',
    applies: ({ model }) => model.claude,
    check: request =>
      places(request, 'image').find(({ block }) => bytesIn(inlineBytes(block, 'image')) > MOST_BYTES)?.at,
    message: 'The model returned the following errors: {}.image.source.base64: image exceeds 3.75 MB maximum',
  },
  {
    id: 'image-dimensions',
    check: request => places(request, 'image').find(place => isWider(place, MOST_PIXELS))?.at,
    message:
      'The model returned the following errors: {}.image.source.base64: At least one of the image dimensions exceed max allowed size: 8000 pixels',
  },
  {
    id: 'image-s3-unsupported',
    applies: ({ model }) => model.images && !model.s3Images,
    check: request =>
      places(request, 'image').find(({ block }) => pick(block, 'image', 'source', 's3Location') !== undefined)?.at,
    message: "This model doesn't support the s3Location source of the image at {}. Send its bytes and try again.",
  },
  {
    id: 's3-location',
    check: request =>
      ['image', 'document', 'video', 'audio']
        .flatMap(kind =>
          places(request, kind).map(({ at, block }) => ({ at, s3: pick(block, kind, 'source', 's3Location') })),
        )
        .find(
          ({ s3 }) =>
            s3 !== undefined && !/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.+$/.test(stringOf(pick(s3, 'uri')) ?? ''),
        )?.at,
    message:
      "1 validation error detected: Value at '{}.s3Location.uri' failed to satisfy constraint: Member must be an s3:// URI",
  },
]
