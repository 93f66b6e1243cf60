import type { DocumentBlock, DocumentFormat } from './converse-wire.ts'

const formats: ReadonlyMap<string, DocumentFormat> = new Map([
  ['application/pdf', 'pdf'],
  ['text/csv', 'csv'],
  ['application/msword', 'doc'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['application/vnd.ms-excel', 'xls'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['text/html', 'html'],
  ['text/plain', 'txt'],
  ['text/markdown', 'md'],
] as const)

/** The document format of a media type; `undefined` for one that Converse does not know. */
export function documentFormatOf(mediaType: string): DocumentFormat | undefined {
  return formats.get(mediaType)
}

/** Makes document names that Converse takes and that are unique in one request. */
export type DocumentNames = (filename: string | undefined) => string

/**
 * Converse takes letters, digits, single spaces, hyphens, parentheses and square brackets: no dots, so the extension goes.
 * Names depend on position only, never on chance: a prompt cache would miss otherwise.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html
 */
export function createDocumentNames(): DocumentNames {
  const taken = new Set<string>()
  let count = 0
  return filename => {
    count++
    const stem = (filename ?? '')
      .replace(/\.[^.]*$/, '')
      .replace(/[^a-zA-Z0-9()[\] -]+/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 180)
    const wanted = stem || `document-${count}`
    let name = wanted
    for (let suffix = count; taken.has(name); suffix++) name = `${wanted} (${suffix})`
    taken.add(name)
    return name
  }
}

/** A document block from base64. */
export function toDocument(format: DocumentFormat, name: string, base64: string): { readonly document: DocumentBlock } {
  return { document: { format, name, source: { bytes: base64 } } }
}
