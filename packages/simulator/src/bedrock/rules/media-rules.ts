import { type JsonObject, pick, stringOf } from '../../json.ts'
import type { BlockAt, ConverseRequest } from '../converse-request.ts'
import type { Rule } from './rule.ts'
import { sniffImage } from './sniff-image.ts'

const NAME = /^[a-zA-Z0-9()[\]-]+( [a-zA-Z0-9()[\]-]+)*$/
const IMAGE = /^(png|jpeg|gif|webp)$/
const FORMATS = new Set(['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'])

const places = ({ allBlocks }: ConverseRequest, kind: string) =>
  allBlocks.filter(({ block }) => block[kind] !== undefined)
const nameOf = ({ block }: BlockAt) => stringOf(pick(block, 'document', 'name')) ?? ''
const bytesOf = (block: JsonObject, kind: string) => stringOf(pick(block, kind, 'source', 'bytes'))

/** Rules about images and documents. */
export const MEDIA_RULES: readonly Rule[] = [
  {
    id: 'images-unsupported',
    section: '§6',
    applies: ({ model }) => !model.images,
    check: request => places(request, 'image')[0]?.at,
    message: "This model doesn't support images. Remove the image at {} and try again.",
  },
  {
    id: 'image-user-only',
    section: '§3',
    check: request => places(request, 'image').find(({ role }) => role !== 'user')?.at,
    message: 'The image at {} is in an assistant message. Images are only supported in the user role.',
  },
  {
    id: 'image-count',
    section: '§3',
    check: request => (places(request, 'image').length > 20 ? String(places(request, 'image').length) : undefined),
    message: 'too many images and documents: {} + 0 > 20',
  },
  {
    id: 'image-format',
    section: '§3',
    check: request =>
      places(request, 'image').find(({ block }) => !IMAGE.test(String(pick(block, 'image', 'format'))))?.at,
    message:
      "1 validation error detected: Value at '{}.image.format' failed to satisfy constraint: Member must satisfy enum value set: [png, jpeg, gif, webp]",
  },
  {
    id: 'image-unreadable',
    section: '§5.14',
    check: request =>
      places(request, 'image').find(({ block }) => {
        const bytes = bytesOf(block, 'image')
        return bytes !== undefined && sniffImage(bytes) === undefined
      })?.at,
    message: 'The model returned the following errors: {}.image.source.base64: Could not process image',
  },
  {
    id: 'image-magic',
    section: '§5.14',
    check: request => {
      const offence = places(request, 'image')
        .map(({ at, block }) => ({
          at,
          declared: stringOf(pick(block, 'image', 'format')) ?? '',
          real: sniffImage(bytesOf(block, 'image') ?? ''),
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
    id: 'documents-unsupported',
    section: '§6',
    applies: ({ model }) => !model.documents,
    check: request => places(request, 'document')[0]?.at,
    message: "This model doesn't support documents. Remove the document at {} and try again.",
  },
  {
    id: 'document-format',
    section: '§3',
    check: request =>
      places(request, 'document').find(
        ({ block }) => !FORMATS.has(stringOf(pick(block, 'document', 'format')) ?? 'txt'),
      )?.at,
    message:
      "1 validation error detected: Value at '{}.document.format' failed to satisfy constraint: Member must satisfy enum value set: [pdf, csv, doc, docx, xls, xlsx, html, txt, md]",
  },
  {
    id: 'document-name',
    section: '§3',
    check: request => {
      const place = places(request, 'document').find(at => !NAME.test(nameOf(at)) || nameOf(at).length > 200)
      return place?.at
    },
    message:
      'The document file name at {} can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name cannot contain more than one consecutive whitespace character.',
  },
  {
    id: 'document-name-unique',
    section: '§3',
    check: request => {
      const names = places(request, 'document').map(nameOf)
      return names.find((name, index) => names.indexOf(name) !== index)
    },
    message: 'The messages contain duplicate document names: {}. Give each document a unique name and try again.',
  },
  {
    id: 'document-count',
    section: '§3',
    check: request => (places(request, 'document').length > 5 ? String(places(request, 'document').length) : undefined),
    message: 'The number of documents ({}) exceeds the limit of 5. Reduce the number of documents and try again.',
  },
  {
    id: 'document-with-text',
    section: '§3',
    check: ({ blocks }) =>
      blocks.find(
        ({ block, message }) =>
          block.document !== undefined &&
          !blocks.some(other => other.message === message && other.block.text !== undefined),
      )?.at,
    message: 'The message of the document at {} must also contain a text block. Add a text block and try again.',
  },
]
