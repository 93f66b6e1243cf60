/** Read beyond the bound, so that a secret which the bound would cut is seen whole. */
const marginChars = 1_024

interface Piece {
  text: string
  isCut: boolean
}

/** Text that comes in pieces of several things at a time, and of which no more than the first `maxChars` characters are kept. */
export class BoundedText {
  private readonly pieces = new Map<string, Piece>()
  private room: number
  private readonly maxChars: number

  constructor(maxChars: number) {
    this.maxChars = maxChars
    this.room = maxChars + marginChars
  }

  /** Adds to the piece of that key, which begins with its label where it is new. */
  add(key: string, text: unknown, label = ''): void {
    if (typeof text !== 'string' || text === '') return
    let piece = this.pieces.get(key)
    if (!piece) {
      // Nothing of it would be kept, and there may be any number of them.
      if (this.room === 0) return
      piece = { text: label, isCut: false }
      this.pieces.set(key, piece)
    }
    piece.text += text.slice(0, this.room)
    piece.isCut ||= text.length > this.room
    this.room = Math.max(0, this.room - text.length)
  }

  /**
   * All of it, redacted piece by piece and then cut; `undefined` where there is none. The end of a piece that was cut goes: it may
   * be half a secret, which no longer looks like one.
   */
  shown(redact: (text: string) => string): string | undefined {
    if (this.pieces.size === 0) return undefined
    const shown = [...this.pieces.values()].map(({ text, isCut }) =>
      isCut ? redact(text).slice(0, -marginChars) : redact(text),
    )
    return shown.join('\n\n').slice(0, this.maxChars)
  }
}
