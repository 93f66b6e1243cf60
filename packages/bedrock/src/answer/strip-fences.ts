/** Takes the code fence off a text that comes in pieces. */
export interface FenceStripper {
  /** What of the text so far is certain to be the answer's: possibly nothing yet. */
  push(piece: string): string
  /** What was held back, once the text has ended. */
  end(): string
}

/** A text whose start may still become an opening fence. What is looked at again with each piece has an end. */
const undecided = /^\s*(?:`{0,2}|```[\w-]{0,100}[ \t]{0,100}\r?)$/
/** A fence with the rest of its line; on one line with what it fences, only with the name that JSON goes by. */
const opening = /^\s*```(?:[\w-]{0,100}[ \t]{0,100}\r?\n|json[5c]?(?![\w-])[ \t]{0,100})?/i
const closing = /^\s*```\s*$/

/**
 * Models that were asked for JSON alone like to put it between `` ```json `` and `` ``` ``. A fence that opens the text is taken off,
 * and so is the one at its end then; any other text passes as it is.
 */
export function createFenceStripper(): FenceStripper {
  let state: 'start' | 'fenced' | 'plain' = 'start'
  let held = ''
  let onlyBlanks = true

  function push(piece: string): string {
    if (state === 'plain') return piece
    held += piece
    const isBlank = skipBlank(piece, piece.length) === 0
    onlyBlanks &&= isBlank
    // It decides nothing. Some models write them without end: with each, all before it would be looked at again.
    if (isBlank && (state === 'fenced' || onlyBlanks)) return ''
    if (state === 'start') {
      if (undecided.test(held)) return ''
      const fence = opening.exec(held)
      state = fence ? 'fenced' : 'plain'
      held = held.slice(fence?.[0].length ?? 0)
    }
    return release(state === 'plain' ? held.length : held.length - heldBack(held))
  }

  function release(length: number): string {
    const text = held.slice(0, length)
    held = held.slice(length)
    return text
  }

  return {
    push,
    end() {
      // A fence around nothing, or the beginning of one.
      const fence = state === 'start' ? opening.exec(held) : undefined
      if (fence) held = held.slice(fence[0].length)
      const fenced = state === 'fenced' || fence
      return release(held.length).replace(fenced ? closing : /^$/, '')
    },
  }
}

/** The same for a whole text. */
export function stripFences(text: string): string {
  const stripper = createFenceStripper()
  return stripper.push(text) + stripper.end()
}

/** The length of what may be, or become, the closing fence. Counted from the end: a pattern would take the square of it. */
function heldBack(text: string): number {
  let at = skipBlank(text, text.length)
  for (let ticks = 0; ticks < 3 && text[at - 1] === '`'; ticks++) at--
  return text.length - skipBlank(text, at)
}

function skipBlank(text: string, from: number): number {
  let at = from
  while (at > 0 && blanks.has(text.charAt(at - 1))) at--
  return at
}

const blanks: ReadonlySet<string> = new Set([' ', '\n', '\r', '\t'])
