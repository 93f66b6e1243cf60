/** Decodes the inside of one JSON string that comes in pieces. */
interface StringDecoder {
  /** Takes the next piece, cut anywhere, and gives what it says. What stands after the closing quote is passed over. */
  push(piece: string): string
  /** What was held back, where the string was cut inside a surrogate pair. */
  end(): string
}

const highSurrogate = /[\ud800-\udbff]$/

/** Half a surrogate pair would reach the client as no character at all: it is held back until the other half comes. */
export function createStringDecoder(): StringDecoder {
  let unread = ''
  let half = ''
  let isClosed = false

  return {
    push(piece) {
      if (isClosed) return ''
      const json = unread + piece
      const end = endOfWhole(json)
      isClosed = json[end] === '"'
      unread = json.slice(end)
      const text = half + decoded(json.slice(0, end))
      half = isClosed ? '' : (highSurrogate.exec(text)?.[0] ?? '')
      return text.slice(0, text.length - half.length)
    },
    end() {
      const rest = half
      half = ''
      return rest
    },
  }
}

/** Where the closing quote stands, or an escape that has not come whole. */
function endOfWhole(json: string): number {
  let at = 0
  while (at < json.length && json[at] !== '"') {
    const length = json[at] !== '\\' ? 1 : json[at + 1] === 'u' ? 6 : 2
    if (at + length > json.length) break
    at += length
  }
  return at
}

function decoded(inside: string): string {
  try {
    return JSON.parse(`"${inside}"`) as string
  } catch {
    // Models write line breaks and wrong escapes as they are; the text must not be lost for that.
    return inside
  }
}
