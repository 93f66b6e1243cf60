import type { Annotation } from '@modelgate/core'
import { toAnnotations } from './citations.ts'
import type { AnswerCitation } from './converse-wire.ts'

/** What is left to say of a text at its end. */
export interface TextRest {
  readonly content: string
  readonly annotations: Annotation[]
}

/** The text of one streamed answer, and the passages of it that rest on sources. */
export class StreamedText {
  /** Whether text waits for the end: it is no part of the answer once a tool call is. */
  readonly #waits: boolean
  readonly #citations = new Map<number, AnswerCitation[]>()
  readonly #waiting: Annotation[] = []
  #held = ''
  #length = 0
  #block = -1
  #blockStart = 0

  constructor(waits: boolean) {
    this.#waits = waits
  }

  /** In UTF-16 units, so far. */
  get length(): number {
    return this.#length
  }

  /** What of a piece of text is said at once. */
  add(block: number, text: string): string {
    if (block !== this.#block) {
      this.#block = block
      this.#blockStart = this.#length
    }
    this.#length += text.length
    if (!this.#waits) return text
    this.#held += text
    return ''
  }

  cite(block: number, citation: AnswerCitation): void {
    const own = this.#citations.get(block)
    if (own) own.push(citation)
    else this.#citations.set(block, [citation])
  }

  /** The annotations of a block that has ended: only now is it known how far its text goes. */
  end(block: number): Annotation[] {
    const citations = this.#citations.get(block)
    if (!citations) return []
    this.#citations.delete(block)
    const start = block === this.#block ? this.#blockStart : this.#length
    const annotations = citations.flatMap(citation => toAnnotations(citation, { start, end: this.#length }))
    if (!this.#waits) return annotations
    this.#waiting.push(...annotations)
    return []
  }

  /** What waited, and the annotations of blocks that never ended. */
  endAll(): TextRest {
    const late = [...this.#citations.keys()].flatMap(block => this.end(block))
    return { content: this.#held, annotations: [...this.#waiting, ...late] }
  }
}
