import { hasRootUnion, namesPlainly } from '../tools/root-unions.ts'
import { parseExact } from '../wire/exact-json.ts'
import { isJsonObject, type JsonObject } from '../wire/json.ts'

/** The member that holds the value, where a schema whose root is no object was made a tool's. */
const wrappedMember = 'value'

/** Whether a schema can be a tool's as it is: Converse takes only objects there, and Claude only plain ones. */
export function hasObjectRoot(schema: JsonObject): boolean {
  const { type, properties } = schema
  const isObject = type === 'object' || (type === undefined && isJsonObject(properties))
  return isObject && !hasRootUnion(schema) && namesPlainly(schema)
}

/**
 * A schema as the one member of an object. Definitions stay at the root, where `$ref` finds them; references to other places follow
 * their targets.
 */
export function wrapRoot(schema: JsonObject): JsonObject {
  const { $defs, definitions, $schema: _dialect, ...root } = relocated(schema)
  return {
    type: 'object',
    properties: { [wrappedMember]: root },
    required: [wrappedMember],
    additionalProperties: false,
    ...($defs !== undefined && { $defs }),
    ...(definitions !== undefined && { definitions }),
  }
}

function relocated(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string' ? newPlace(value) : relocatedValue(value),
    ]),
  )
}

function relocatedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relocatedValue)
  return isJsonObject(value) ? relocated(value) : value
}

function newPlace(ref: string): string {
  const moved = /^#(\/|$)/.test(ref) && !/^#\/(\$defs|definitions)\//.test(ref)
  return moved ? `#/properties/${wrappedMember}${ref.slice(1)}` : ref
}

/** A tool's input as the object that {@link wrapRoot} asks for. */
export function wrapValue(value: unknown): JsonObject {
  return { [wrappedMember]: value }
}

/** The value that the model put into the wrapping object; what is no such object is taken for the value itself. */
export function unwrapRoot(input: unknown): unknown {
  return isJsonObject(input) && Object.hasOwn(input, wrappedMember) ? input[wrappedMember] : input
}

/** Takes the wrapping object off its JSON text, which comes in pieces. Pieces may cut anything. */
interface RootUnwrapper {
  /** What of the piece is the value's. */
  push(piece: string): string
  /** What is left to say when the text has ended. */
  end(): string
}

const beginning = new RegExp(`^\\s*\\{\\s*"${wrappedMember}"\\s*:\\s*`)

const blank = /^\s*$/

/** Any object: one that does not begin with the value may hold it further on, as where a model explains itself first. */
const anyObject = /^\s*\{/

/**
 * For one streamed answer; all it says together is the value that {@link unwrapRoot} takes out of the whole. An object that does not
 * begin with the value is read when it is whole; other text passes as it is, once that is certain.
 */
export function createRootUnwrapper(): RootUnwrapper {
  const state = {
    place: 'before' as 'before' | 'value' | 'after' | 'within' | 'elsewhere',
    depth: 0,
    quoted: false,
    escaped: false,
  }
  let held = ''

  /** How many characters of the text are the value's. */
  function valueLength(text: string): number {
    for (let at = 0; at < text.length; at++) {
      const character = text.charAt(at)
      if (state.escaped) state.escaped = false
      else if (state.quoted) {
        if (character === '\\') state.escaped = true
        else if (character === '"') state.quoted = false
      } else if (character === '"') state.quoted = true
      else if (character === '{' || character === '[') state.depth++
      else if (state.depth === 0 && (character === '}' || character === ',')) {
        state.place = 'after'
        return at
      } else if (character === '}' || character === ']') state.depth--
    }
    return text.length
  }

  return {
    push(piece) {
      if (state.place === 'after') return ''
      if (state.place === 'elsewhere') return piece
      let text = piece
      if (state.place === 'within' || state.place === 'before') held += piece
      // Blanks decide nothing. Some models write them without end: with each, all before it would be looked at again.
      if (state.place === 'within' || (state.place === 'before' && blank.test(piece))) return ''
      if (state.place === 'before') {
        const found = beginning.exec(held)
        // Space behind the colon may still come.
        if (!found || found[0].length === held.length) {
          if (found || mayBegin(held)) return ''
          state.place = anyObject.test(held) ? 'within' : 'elsewhere'
          return state.place === 'within' ? '' : held
        }
        state.place = 'value'
        text = held.slice(found[0].length)
      }
      return text.slice(0, valueLength(text))
    },
    end: () => (state.place === 'within' || state.place === 'before' ? valueIn(held) : ''),
  }
}

/** What was cut is given as it is: it must not be lost. */
function valueIn(json: string): string {
  try {
    const input = parseExact(json)
    const value = unwrapRoot(input)
    return value === input ? json : JSON.stringify(value)
  } catch {
    return json
  }
}

/** Whether a text is the wrapping object's beginning so far. */
function mayBegin(text: string): boolean {
  return `{"${wrappedMember}":`.startsWith(text.replace(/\s/g, ''))
}
