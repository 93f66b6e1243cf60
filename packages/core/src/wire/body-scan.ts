import { Buffer } from 'node:buffer'
import { BodyError } from './body-error.ts'
import { maxDepth } from './nesting.ts'

/** Up to here a loop over characters is cheaper than a native search, whose call alone costs as much as some 20 of them. */
const NEAR = 16

/**
 * Commas and brackets, of which a body has about as many as it has values. Each costs many times its bytes, as an object and in every walk
 * and hash of a request: 20 MB of `[[]],` took 10 s of the process and 2 GB. The longest input of token ids that OpenAI takes has 300,000.
 */
const maxValues = 1_000_000

/**
 * One pass over raw JSON text. `JSON.parse` takes 200,000 levels of nesting without complaint and whatever walks the value
 * afterwards overflows the stack; a `__proto__` key turns a later `Object.assign` into an attack. Text that is not JSON passes or
 * not, as it happens: `JSON.parse` judges it.
 *
 * @param text the bytes as {@link byteText} gives them, where somebody has it already.
 * @returns where the values of the root object's members stand, flat: start, end (exclusive), start, end… in text order.
 * @throws {BodyError} nested deeper than {@link maxDepth} levels, more than a million values, or a key `__proto__` anywhere, escapes resolved.
 */
export function scanBody(bytes: Uint8Array, text: string = byteText(bytes)): number[] {
  const spans: number[] = []
  let depth = 0
  let values = 0
  let memberKey: readonly [number, number] | undefined
  let valueStart = -1
  let keyStart = 0
  let keyEnd = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        keyStart = at + 1
        at = keyEnd = stringEnd(text, keyStart)
        break
      case 0x3a: // a colon: the string before it was a key
        if (depth === 1) {
          memberKey = [keyStart, keyEnd]
          valueStart = at + 1
        }
        if (isProto(text, keyStart, keyEnd)) throw protoKey(bytes, memberKey)
        break
      case 0x7b: // {
      case 0x5b: // [
        if (++depth > maxDepth) throw tooDeep(bytes, memberKey, at)
        if (++values > maxValues) throw tooMany()
        break
      case 0x7d: // }
      case 0x5d: // ]
        if (depth-- === 1 && valueStart !== -1) pushSpan(spans, text, valueStart, at)
        break
      case 0x2c: // ,
        if (++values > maxValues) throw tooMany()
        if (depth !== 1 || valueStart === -1) break
        pushSpan(spans, text, valueStart, at)
        valueStart = -1 // else text that is not JSON, `{"a":   ,,,`, would have its white space trimmed once a comma
        break
    }
  }
  return spans
}

/** One character a byte: native searches in strings cost a third of those in bytes, and positions stay those of the bytes. */
export function byteText(bytes: Uint8Array): string {
  return (bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).toString(
    'latin1',
  )
}

/** The position of the closing quote, or the end of the text when there is none. */
export function stringEnd(text: string, from: number): number {
  let at = from
  const near = Math.min(from + NEAR, text.length)
  while (at < near && text.charCodeAt(at) !== 0x22) at++
  if (at === near) at = text.indexOf('"', at)
  while (at !== -1) {
    let backslashes = 0
    while (at - backslashes > from && text.charCodeAt(at - backslashes - 1) === 0x5c) backslashes++
    if (backslashes % 2 === 0) return at
    at = text.indexOf('"', at + 1)
  }
  return text.length
}

function pushSpan(spans: number[], text: string, from: number, to: number): void {
  let start = from
  let end = to
  while (start < end && isSpace(text.charCodeAt(start))) start++
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--
  spans.push(start, end)
}

/** JSON's own four kinds of white space. */
export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

const PROTO = '__proto__'

/** Only a key that starts with `_` or an escape is decoded; all others cost two comparisons. */
function isProto(text: string, start: number, end: number): boolean {
  const first = text.charCodeAt(start)
  if (first !== 0x5f && first !== 0x5c) return false
  const length = end - start
  if (length < PROTO.length || length > PROTO.length * '\\u005f'.length) return false
  return keyOf(text.slice(start, end)) === PROTO
}

function keyText(bytes: Uint8Array, start: number, end: number): string {
  return keyOf(new TextDecoder().decode(bytes.subarray(start, end)))
}

function keyOf(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`))
  } catch {
    return text // not JSON; what comes after the scan says so
  }
}

function protoKey(bytes: Uint8Array, member: readonly [number, number] | undefined): BodyError {
  const param = member && keyText(bytes, ...member)
  const place = param === undefined || param === PROTO ? '' : ` (inside \`${param.slice(0, 60)}\`)`
  return new BodyError(`The request body has a key \`${PROTO}\`${place}, which is refused; rename or remove it.`, param)
}

function tooDeep(bytes: Uint8Array, member: readonly [number, number] | undefined, at: number): BodyError {
  const param = member && keyText(bytes, ...member)
  return new BodyError(
    `The request body is nested deeper than ${maxDepth} levels at byte ${at}; send flatter JSON.`,
    param,
  )
}

function tooMany(): BodyError {
  return new BodyError(`The request body holds more than ${maxValues} values; send fewer at a time.`)
}
