/** Where the request log goes. */
export type Destination =
  | { readonly kind: 'none' }
  | { readonly kind: 'memory' }
  | { readonly kind: 'stdout' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'dynamodb'; readonly tableName: string | undefined }

const forms = "'none', 'memory', 'stdout', 'file:<path>', 'dynamodb' or 'dynamodb:<table>'"

/** One of {@link forms}; a string that comes back is the sentence that says what is wrong. */
export function parseDestination(text: string): Destination | string {
  const [, kind, rest] = /^(none|memory|stdout|dynamodb|file)(?::(.+))?$/.exec(text) ?? []
  if ((kind === 'none' || kind === 'memory' || kind === 'stdout') && rest === undefined) return { kind }
  if (kind === 'file' && rest !== undefined) return { kind, path: rest }
  if (kind === 'dynamodb' && (rest === undefined || isTableName(rest))) return { kind, tableName: rest }
  return `must be ${forms}, got '${text}'.`
}

/** A table's name, or its ARN. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
export function isTableName(text: string): boolean {
  return /^(?:arn:[\w-]+:dynamodb:[\w-]+:\d+:table\/)?[\w.-]{3,255}$/.test(text)
}
