import type { Annotation, ChunkDelta } from '@modelgate/core'
import { mayAnswerByTool } from '../request/call-places.ts'
import type { AnswerCitation } from '../wire/converse-answer-wire.ts'
import type { AnswerRules } from './answer-rules.ts'
import { toAnnotations } from './citations.ts'
import { createFenceStripper, type FenceStripper, stripFences } from './strip-fences.ts'

/** The text of one streamed answer, and the passages of it that rest on sources. */
export class StreamedText {
  /** Whether text waits for the end: it is no part of the answer once a tool call is. */
  readonly #waits: boolean
  readonly #strips: boolean
  #citations: Map<number, AnswerCitation[]> | undefined
  #waiting: readonly Annotation[] = none
  #held = ''
  #length = 0
  #hasContent = false
  #block = -1
  #blockStart = 0

  /** Takes a code fence off what is said at once. */
  readonly #fences: FenceStripper | undefined

  constructor(rules: AnswerRules) {
    this.#waits = mayAnswerByTool(rules)
    this.#strips = rules.stripFences === true
    this.#fences = this.#strips && !this.#waits ? createFenceStripper() : undefined
  }

  /** Whether any of it is the answer's: of a fence around nothing, nothing is. Known at the end. */
  get hasContent(): boolean {
    return this.#hasContent
  }

  /** What waits. */
  get held(): string {
    return this.#held
  }

  /** What of a piece of text is said at once. */
  add(block: number, text: string): string {
    if (block !== this.#block) {
      this.#block = block
      this.#blockStart = this.#length
    }
    this.#length += text.length
    if (this.#waits) {
      this.#held += text
      return ''
    }
    const content = this.#fences ? this.#fences.push(text) : text
    this.#hasContent ||= content !== ''
    return content
  }

  cite(block: number, citation: AnswerCitation): void {
    this.#citations ??= new Map()
    const own = this.#citations.get(block)
    if (own) own.push(citation)
    else this.#citations.set(block, [citation])
  }

  /** The annotations of a block that has ended: only now is it known how far its text goes. */
  end(block: number): Annotation[] {
    const citations = this.#citations?.get(block)
    if (!citations) return none
    this.#citations?.delete(block)
    const start = block === this.#block ? this.#blockStart : this.#length
    const annotations = citations.flatMap(citation => toAnnotations(citation, { start, end: this.#length }))
    if (!this.#waits) return annotations
    this.#waiting = [...this.#waiting, ...annotations]
    return none
  }

  /** What waited, and the annotations of blocks that never ended; nothing where a tool call is the answer. */
  endAll(answersByTool: boolean): ChunkDelta[] {
    if (answersByTool || (!this.#citations && !this.#waits && !this.#fences)) return []
    const content = this.#fences ? this.#fences.end() : this.#strips ? stripFences(this.#held) : this.#held
    this.#hasContent ||= content !== ''
    const late = [...(this.#citations?.keys() ?? [])].flatMap(block => this.end(block))
    const annotations = [...this.#waiting, ...late]
    return [...(content ? [{ content }] : []), ...(annotations.length > 0 ? [{ annotations }] : [])]
  }
}

const none: Annotation[] = []
