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
      // `v1.2` has no extension: one begins with a letter.
      .replace(/\.[a-z][a-z0-9]*$/i, '')
      .replace(/[^a-zA-Z0-9()[\] -]+/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 180)
      .trimEnd()
    const wanted = stem || `document-${count}`
    let name = wanted
    for (let suffix = count; taken.has(name); suffix++) name = `${wanted} (${suffix})`
    taken.add(name)
    return name
  }
}
