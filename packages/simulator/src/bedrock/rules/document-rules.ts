import { pick, stringOf } from '../../json.ts'
import type { BlockAt } from '../converse-request.ts'
import { bytesIn, inlineBytes, places } from './media-places.ts'
import type { Rule } from './rule.ts'

const NAME = /^[a-zA-Z0-9()[\]-]+( [a-zA-Z0-9()[\]-]+)*$/
const FORMATS = new Set(['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'])
const MOST_BYTES = 4.5 * 1024 * 1024

const nameOf = ({ block }: BlockAt) => stringOf(pick(block, 'document', 'name')) ?? ''

/** Rules about documents. */
export const DOCUMENT_RULES: readonly Rule[] = [
  {
    id: 'documents-unsupported',
    applies: ({ model }) => !model.documents,
    check: request => places(request, 'document')[0]?.at,
    message: "This model doesn't support documents. Remove the document at {} and try again.",
  },
  {
    id: 'document-format',
    check: request =>
      places(request, 'document').find(
        ({ block }) => !FORMATS.has(stringOf(pick(block, 'document', 'format')) ?? 'txt'),
      )?.at,
    message:
      "1 validation error detected: Value at '{}.document.format' failed to satisfy constraint: Member must satisfy enum value set: [pdf, csv, doc, docx, xls, xlsx, html, txt, md]",
  },
  {
    id: 'document-name',
    check: request => {
      const place = places(request, 'document').find(at => !NAME.test(nameOf(at)) || nameOf(at).length > 200)
      return place?.at
    },
    message:
      'The document file name at {} can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name cannot contain more than one consecutive whitespace character.',
  },
  {
    id: 'document-name-unique',
    check: request => {
      const names = places(request, 'document').map(nameOf)
      return names.find((name, index) => names.indexOf(name) !== index)
    },
    message: 'The messages contain duplicate document names: {}. Give each document a unique name and try again.',
  },
  {
    id: 'document-count',
    check: request => (places(request, 'document').length > 5 ? String(places(request, 'document').length) : undefined),
    message: 'The number of documents ({}) exceeds the limit of 5. Reduce the number of documents and try again.',
  },
  {
    id: 'document-with-text',
    check: ({ blocks }) =>
      blocks.find(
        ({ block, message }) =>
          block.document !== undefined &&
          !blocks.some(other => other.message === message && other.block.text !== undefined),
      )?.at,
    message: 'The message of the document at {} must also contain a text block. Add a text block and try again.',
  },
  {
    id: 'document-size',
    check: request =>
      places(request, 'document').find(
        ({ block }) =>
          bytesIn(inlineBytes(block, 'document')) > MOST_BYTES &&
          !request.model.largeDocuments.includes(String(pick(block, 'document', 'format'))),
      )?.at,
    message: 'The document at {} exceeds the limit of 4.5 MB. Send a smaller document and try again.',
  },
]
