/** Where the request log goes. */
export type Destination = { readonly kind: 'stdout' } | { readonly kind: 'file'; readonly path: string }

/** `stdout` or `file:<path>`; a string that comes back is the sentence that says what is wrong. */
export function parseDestination(text: string): Destination | string {
  if (text === 'stdout') return { kind: 'stdout' }
  if (text.startsWith('file:') && text.length > 'file:'.length)
    return { kind: 'file', path: text.slice('file:'.length) }
  if (text.startsWith('dynamodb')) {
    return "a log in DynamoDB does not exist in this version yet; use 'stdout' or 'file:<path>'."
  }
  return `must be 'stdout' or 'file:<path>', got '${text}'.`
}
