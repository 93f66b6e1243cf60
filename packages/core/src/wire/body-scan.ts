import { BodyError } from './body-error.ts'

/** Up to here a byte loop is cheaper than a native search, whose call alone costs as much as some 30 bytes. */
const NEAR_BYTES = 32
const NEAR_BYTES_AFTER_ESCAPE = 256

/**
 * One pass over raw JSON text, before anything is parsed: `JSON.parse` takes 200,000 levels of nesting without complaint and
 * whatever walks the value afterwards overflows the stack; a `__proto__` key turns a later `Object.assign` into an attack.
 * Text that is not JSON passes or not, as it happens: `JSON.parse` judges it next.
 *
 * @returns where the values of the root object's members stand, flat: start, end (exclusive), start, end… in text order.
 * @throws {BodyError} nested deeper than `maxDepth` levels (the root is the first), or a key `__proto__` anywhere, escapes resolved.
 */
export function scanBody(source: Uint8Array, maxDepth: number): number[] {
  const bytes = searchable(source)
  const spans: number[] = []
  let depth = 0
  let memberKey: readonly [number, number] | undefined
  let valueStart = -1
  let keyStart = 0
  let keyEnd = 0
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case 0x22: // "
        keyStart = at + 1
        at = keyEnd = stringEnd(bytes, keyStart)
        break
      case 0x3a: // a colon: the string before it was a key
        if (depth === 1) {
          memberKey = [keyStart, keyEnd]
          valueStart = at + 1
        }
        if (isProto(bytes, keyStart, keyEnd)) throw protoKey(bytes, memberKey)
        break
      case 0x7b: // {
      case 0x5b: // [
        if (++depth > maxDepth) throw tooDeep(bytes, memberKey, maxDepth, at)
        break
      case 0x7d: // }
      case 0x5d: // ]
        if (depth-- === 1 && valueStart !== -1) pushSpan(spans, bytes, valueStart, at)
        break
      case 0x2c: // ,
        if (depth !== 1 || valueStart === -1) break
        pushSpan(spans, bytes, valueStart, at)
        valueStart = -1 // else text that is not JSON, `{"a":   ,,,`, would have its white space trimmed once a comma
        break
    }
  }
  return spans
}

/** `Buffer`'s own search for a byte is some 20 times as fast as a plain `Uint8Array`'s. */
function searchable(bytes: Uint8Array): Uint8Array {
  return typeof Buffer === 'undefined' ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The position of the closing quote, or the end of the bytes when there is none. */
function stringEnd(bytes: Uint8Array, from: number): number {
  let at = from
  let near = at + NEAR_BYTES
  while (at < bytes.length) {
    while (at < near && bytes[at] !== 0x22) at++
    if (at === near) at = bytes.indexOf(0x22, at)
    if (at === -1) break
    let backslashes = 0
    while (at - backslashes > from && bytes[at - backslashes - 1] === 0x5c) backslashes++
    if (backslashes % 2 === 0) return at
    at++
    // Where one quote is escaped (code, JSON in JSON) more follow soon.
    near = at + NEAR_BYTES_AFTER_ESCAPE
  }
  return bytes.length
}

function pushSpan(spans: number[], bytes: Uint8Array, from: number, to: number): void {
  let start = from
  let end = to
  while (start < end && isSpace(bytes[start])) start++
  while (end > start && isSpace(bytes[end - 1])) end--
  spans.push(start, end)
}

/** JSON's own four kinds of white space. */
export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

const PROTO = '__proto__'

/** Only a key that starts with `_` or an escape is decoded; all others cost two comparisons. */
function isProto(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start]
  if (first !== 0x5f && first !== 0x5c) return false
  const length = end - start
  if (length < PROTO.length || length > PROTO.length * '\\u005f'.length) return false
  return keyText(bytes, start, end) === PROTO
}

function keyText(bytes: Uint8Array, start: number, end: number): string {
  const text = new TextDecoder().decode(bytes.subarray(start, end))
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

function tooDeep(
  bytes: Uint8Array,
  member: readonly [number, number] | undefined,
  maxDepth: number,
  at: number,
): BodyError {
  const param = member && keyText(bytes, ...member)
  return new BodyError(
    `The request body is nested deeper than ${maxDepth} levels at byte ${at}; send flatter JSON.`,
    param,
  )
}
