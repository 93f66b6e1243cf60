import { createStringDecoder } from '../answer/json-string.ts'
import { parseExact } from '../wire/exact-json.ts'
import { isJsonObject } from '../wire/json.ts'

/**
 * The free text of a custom tool call. Converse's tools take objects, so the text is the string member `input` of one; what the
 * model wrote in another shape is given as JSON, for the caller to make sense of.
 */
export function customInputOf(input: unknown): string {
  if (input === undefined || input === null) return ''
  if (!isJsonObject(input)) return JSON.stringify(input)
  if (typeof input.input === 'string') return input.input
  return Object.keys(input).length === 0 ? '' : JSON.stringify(input)
}

/** Reads the text of one custom tool call while its JSON streams. */
interface CustomInputReader {
  /** Takes the next piece of JSON, cut anywhere; gives the text that is certain by now. */
  push(fragment: string): string
  /** What is left to say when the call has ended. */
  end(): string
}

/** How models write the object, nearly always. Any other way is read when it is whole. */
const opening = /^\s*\{\s*"input"\s*:\s*"/
/** Where the opening has not come by now, it will not. */
const longestOpening = 200

/** A reader for one call; all it says together is what {@link customInputOf} says of the whole. */
export function createCustomInputReader(): CustomInputReader {
  const unread: string[] = []
  const text = createStringDecoder()
  let length = 0
  let isOpen = false

  return {
    push(fragment) {
      if (isOpen) return text.push(fragment)
      unread.push(fragment)
      length += fragment.length
      if (length - fragment.length > longestOpening) return ''
      const json = unread.join('')
      const found = opening.exec(json)
      if (!found) return ''
      isOpen = true
      return text.push(json.slice(found[0].length))
    },
    end() {
      return isOpen ? text.end() : whole(unread.join(''))
    },
  }
}

function whole(json: string): string {
  try {
    return customInputOf(parseExact(json))
  } catch {
    return json
  }
}
