/** What of a text is thought, and what is said. */
interface PartedText {
  readonly reasoning: string
  readonly content: string
}

/** Parts the thoughts from a text that comes in pieces. */
export interface ReasoningParter {
  push(piece: string): PartedText
  /** What was held back, once the text has ended. */
  end(): PartedText
  /** Whether all that still comes is said as it is. */
  readonly isOver: boolean
}

const opening = '<reasoning>'
const closing = '</reasoning>'

/** Over InvokeModel and over the OpenAI-compatible endpoint, gpt-oss begins its content with its thoughts, in tags. */
export function tagsReasoning(base: string): boolean {
  return base.startsWith('openai.gpt-oss')
}

/** For one text: tags further on in it are the caller's matter, and pass. */
export function createReasoningParter(): ReasoningParter {
  let place: 'before' | 'within' | 'between' | 'over' = 'before'
  let held = ''

  function took(length: number): string {
    const text = held.slice(0, length)
    held = held.slice(length)
    return text
  }

  /** Up to the closing tag, or to what may become one. */
  function within(): string {
    const end = held.indexOf(closing)
    if (end < 0) return took(held.length - begunLength(held))
    const text = took(end)
    held = held.slice(closing.length)
    place = 'between'
    return text
  }

  return {
    get isOver() {
      return place === 'over'
    },
    push(piece) {
      if (place === 'over') return { reasoning: '', content: piece }
      held += piece
      if (place === 'before') {
        if (held.length < opening.length && opening.startsWith(held)) return nothing
        place = held.startsWith(opening) ? 'within' : 'over'
        if (place === 'within') took(opening.length)
      }
      const reasoning = place === 'within' ? within() : ''
      if (place === 'between') {
        held = held.replace(/^\s+/, '')
        if (held !== '') place = 'over'
      }
      return { reasoning, content: place === 'over' ? took(held.length) : '' }
    },
    end() {
      const rest = took(held.length)
      return place === 'within' ? { reasoning: rest, content: '' } : { reasoning: '', content: rest }
    },
  }
}

const nothing: PartedText = { reasoning: '', content: '' }

/** The same for a whole text. */
export function partReasoning(text: string): PartedText {
  const parter = createReasoningParter()
  const [first, rest] = [parter.push(text), parter.end()]
  return { reasoning: first.reasoning + rest.reasoning, content: first.content + rest.content }
}

/** How much of the closing tag a text may end with. */
function begunLength(text: string): number {
  let length = Math.min(closing.length - 1, text.length)
  while (length > 0 && !text.endsWith(closing.slice(0, length))) length -= 1
  return length
}
