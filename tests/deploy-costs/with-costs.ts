const start = '<!-- pnpm costs writes what follows -->'
const end = '<!-- as far as here -->'

/**
 * A document with its costs written anew, between the two marks.
 * @throws {Error} for one without the marks.
 */
export function withCosts(markdown: string, costs: string): string {
  const [before, rest = ''] = markdown.split(start)
  const after = rest.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`The document has no '${start}' … '${end}'.`)
  return `${before}${start}\n\n${costs}\n\n${end}${after}`
}
