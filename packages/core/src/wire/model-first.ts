import { byteText, isSpace } from './body-scan.ts'
import { utf8Text } from './utf8.ts'

/** What a body says that begins with its model and tells no other. */
export interface ModelFirst {
  readonly value: Readonly<Record<string, unknown>>
  /** The text up to the model's end: ASCII alone. */
  readonly head: string
  /** That up to where the model stands. */
  readonly before: string
  /** That behind it, as an object's of its own, where it is short: to make it again costs as much as to look through it. Whoever has sent the body drops it. */
  rest: string | undefined
}

/** Longer texts are not kept for as long as their call. */
const longestRest = 4_096

/**
 * Parses a body that begins with its model, as those of OpenAI's clients do, from its second member on. A model that is told again,
 * with whatever escapes, then is among what was parsed; by `JSON.parse` of the whole it would only be the one that counts, and all
 * of the text would have to be looked through: the upstream might go by the other one, which nobody allowed. `undefined` where it begins
 * otherwise, tells its model again, or is not sound: its bytes are as they came in any case.
 *
 * @param isOwn whether one of the bytes may be another meanwhile.
 */
export function parseBehindModel(bytes: Uint8Array, isOwn: boolean): ModelFirst | undefined {
  const at = modelStart(bytes)
  const end = at < 0 ? -1 : nameEnd(bytes, at)
  const comma = end < 0 ? -1 : behindSpace(bytes, end)
  // A comma with nothing behind it is a fault, which a brace is not.
  if (comma < 0 || bytes[comma] !== 0x2c || bytes[behindSpace(bytes, comma + 1)] !== 0x22) return undefined
  const text = textFrom(isOwn ? bytes.subarray(comma) : new Uint8Array(bytes.subarray(comma)))
  const rest = text === undefined ? undefined : parsed(text)
  if (text === undefined || rest === undefined || Object.hasOwn(rest, 'model')) return undefined
  const head = byteText(bytes.subarray(0, end))
  return {
    value: { model: head.slice(at + 1, -1), ...rest },
    head,
    before: head.slice(0, at),
    rest: text.length > longestRest ? undefined : text,
  }
}

/** The rest of an object, from a comma on, as the text of an object. The comma is there again afterwards. */
function textFrom(bytes: Uint8Array): string | undefined {
  try {
    bytes[0] = 0x7b
    return utf8Text(bytes)
  } catch {
    return undefined
  } finally {
    bytes[0] = 0x2c
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

const quotedKey = '"model"'

/** Where the text's first value stands, if that is a text and the model; else -1. */
function modelStart(bytes: Uint8Array): number {
  if (bytes[0] !== 0x7b) return -1
  const key = behindSpace(bytes, 1)
  for (let at = 0; at < quotedKey.length; at += 1) if (bytes[key + at] !== quotedKey.charCodeAt(at)) return -1
  const colon = behindSpace(bytes, key + quotedKey.length)
  if (bytes[colon] !== 0x3a) return -1
  const start = behindSpace(bytes, colon + 1)
  return bytes[start] === 0x22 ? start : -1
}

/** Where a name that begins there ends, its quotes included; -1 where it is written with escapes, or with more than ASCII. */
function nameEnd(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === 0x22) return at + 1
    if (byte < 0x20 || byte > 0x7e || byte === 0x5c) return -1
  }
  return -1
}

function behindSpace(bytes: Uint8Array, from: number): number {
  let at = from
  while (isSpace(bytes[at])) at += 1
  return at
}
