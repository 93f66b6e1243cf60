/**
 * Says where text stops being JSON, as the rest of a sentence: `unexpected '}' at line 1, column 42`. Runs only after
 * `JSON.parse` has refused: the engine's own message quotes the text around the fault, which may be a prompt, and differs by version.
 * Nesting must be bounded already.
 */
export function jsonFault(text: string): string {
  const at = new FaultFinder(text).find()
  const before = text.slice(0, at)
  const line = before.split('\n').length
  const place = `line ${line}, column ${at - before.lastIndexOf('\n')}`
  const found = text.codePointAt(at)
  if (found === undefined) return `it ends too early, at ${place}`
  const after = before.trimEnd().at(-1)
  const closing = text[at] === '}' || text[at] === ']'
  const hint =
    after === ',' && closing ? ' (JSON has no trailing commas)' : text[at] === "'" ? ' (use double quotes)' : ''
  return `unexpected ${nameOf(found)} at ${place}${hint}`
}

function nameOf(codePoint: number): string {
  if (codePoint === 0x0a) return 'line break'
  if (codePoint === 0x27) return `"'"`
  if (codePoint > 0x20 && codePoint !== 0x7f) return `'${String.fromCodePoint(codePoint)}'`
  return `character U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y
const WORDS = ['true', 'false', 'null']

/** A recursive descent over RFC 8259's grammar that only tells how far it came. Every step returns whether it matched. */
class FaultFinder {
  private at = 0
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  find(): number {
    if (this.value()) this.space()
    return this.at
  }

  private value(): boolean {
    this.space()
    const first = this.text[this.at]
    if (first === '{') return this.list('}', () => this.member())
    if (first === '[') return this.list(']', () => this.value())
    if (first === '"') return this.string()
    return this.pattern(NUMBER) || WORDS.some(word => this.word(word))
  }

  private list(close: string, item: () => boolean): boolean {
    this.at++
    this.space()
    if (this.char(close)) return true
    do {
      if (!item()) return false
      this.space()
    } while (this.char(','))
    return this.char(close)
  }

  private member(): boolean {
    this.space()
    if (this.text[this.at] !== '"' || !this.string()) return false
    this.space()
    return this.char(':') && this.value()
  }

  private string(): boolean {
    this.at++
    while (this.at < this.text.length) {
      const code = this.text.charCodeAt(this.at)
      if (code === 0x22) return this.char('"')
      if (code < 0x20) return false
      if (code !== 0x5c) this.at++
      else if (!this.pattern(ESCAPE)) return false
    }
    return false
  }

  private space(): void {
    while (' \t\n\r'.includes(this.text[this.at] ?? '?')) this.at++
  }

  private char(char: string): boolean {
    if (this.text[this.at] !== char) return false
    this.at++
    return true
  }

  private word(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false
    this.at += word.length
    return true
  }

  private pattern(pattern: RegExp): boolean {
    pattern.lastIndex = this.at
    if (!pattern.test(this.text)) return false
    this.at = pattern.lastIndex
    return true
  }
}
