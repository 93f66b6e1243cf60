import { isCount, isModelName, isPlainlyRight, isText } from './plainly-right.ts'

/**
 * Whether a request for embeddings is plainly right: it needs no schema then. What passes here passes the schema of `embeddingsFaults`,
 * too; where this is false, that schema decides.
 */
export function isPlainEmbeddings(request: object): boolean {
  return isPlainlyRight(request, isRightMember) && request.input !== undefined
}

function isRightMember(name: string, value: unknown): boolean {
  switch (name) {
    case 'model':
      return isModelName(value)
    case 'input':
      return inputFault(value) === undefined
    case 'dimensions':
      return isCount(value)
    case 'encoding_format':
      return value === 'float' || value === 'base64'
    case 'user':
      return isText(value)
    default:
      return false
  }
}

/**
 * What is wrong with an `input`, after its name: its first item tells the kind, and all others must be of that kind. By hand: a union of array
 * schemas would walk a long array of token ids once for each alternative.
 */
export function inputFault(input: unknown): string | undefined {
  if (input === undefined) return 'is missing; it must be a string or an array'
  if (input === '') return 'must not be empty'
  if (typeof input === 'string') return undefined
  if (!Array.isArray(input)) return 'must be a string, an array of strings or an array of token ids'
  if (input.length === 0) return 'must not be empty'
  const items: readonly unknown[] = input
  const fits = [isSomeText, Number.isInteger, isTokens].find(kind => kind(items[0]))
  const odd = fits === undefined ? 0 : items.findIndex(item => !fits(item))
  if (odd === -1) return undefined
  return `must hold non-empty strings, token ids or arrays of token ids, and only one of these; item ${odd} does not fit`
}

function isSomeText(item: unknown): boolean {
  return isText(item) && item !== ''
}

function isTokens(item: unknown): boolean {
  return Array.isArray(item) && item.length > 0 && item.every(Number.isInteger)
}
