import { BodyError, noObject } from './body-error.ts'
import { byteText, isSpace, scanBody } from './body-scan.ts'
import { countMembers } from './count-members.ts'
import { isMembers } from './is-object.ts'
import { jsonFault } from './json-fault.ts'
import { type ModelFirst, parseBehindModel } from './model-first.ts'
import { isSound } from './nesting.ts'
import { respliced } from './respliced.ts'
import { utf8Text } from './utf8.ts'

/**
 * A request body: the bytes it came as, and what they say. A layer that changes `value` passes on a copy, so that what is still
 * the same object is known to be unchanged; {@link encodeBody} then forwards its bytes as they came.
 */
export interface SourceBody {
  /** As they came. What was given out here is never written over. */
  readonly bytes: Uint8Array
  /** Their number. */
  readonly length: number
  readonly value: Readonly<Record<string, unknown>>
  /**
   * Where each top-level member's value stands in `bytes`, end exclusive, in text order. `undefined` when a top-level key is
   * doubled or looks like an array index (engines reorder those): then nothing is spliced.
   */
  readonly members: ReadonlyMap<string, readonly [start: number, end: number]> | undefined
}

/** `JSON.parse` needs 70 ns a level: a body of brackets alone, at the size limit, would stop the process for more than a second. */
const parsedUnseenBytes = 256 * 1024

const encoder = new TextEncoder()
const emptyText = /^\s*$/

/**
 * Reads a JSON request body. The text is parsed once; where its members stand is found out when one of them is changed.
 * @param options `isOwn`: whether nobody else holds the bytes, so that they may be written over
 * @throws {BodyError} empty, a byte order mark, not UTF-8, not JSON, not an object, nested too deeply, a million values and more, or a key `__proto__`. What
 * stands under a doubled key and lost to the later one is not looked at up to 256 KB: nobody gets it but by the bytes.
 * @see https://www.rfc-editor.org/rfc/rfc8259#section-8.1 for UTF-8 without a byte order mark
 */
export function parseBody(bytes: Uint8Array, { isOwn = false }: { readonly isOwn?: boolean } = {}): SourceBody {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    throw new BodyError('The request body starts with a byte order mark; send UTF-8 without one.')
  if (bytes.length > parsedUnseenBytes) scanBody(bytes)
  const first = parseBehindModel(bytes, isOwn)
  const value = first?.value ?? parseJson(decodeUtf8(bytes), () => scanBody(bytes))
  if (!isMembers(value)) throw noObject(value)
  // The scan says where in the text the fault is.
  if (!isSound(value)) scanBody(bytes)
  return new ParsedBody(bytes, value, { isOwn, first })
}

/** From here on a second copy costs more than a view. */
const longRest = 4_096

class ParsedBody implements SourceBody {
  readonly value: SourceBody['value']
  readonly length: number
  private raw: Uint8Array
  /** Whether somebody may hold the bytes. */
  private isShared: boolean
  /** What the bytes began with before that was written over. */
  private front: string | undefined
  private readonly first: ModelFirst | undefined
  private spans: readonly number[] | undefined | null = null

  constructor(
    bytes: Uint8Array,
    value: SourceBody['value'],
    { isOwn, first }: { readonly isOwn: boolean; readonly first: ModelFirst | undefined },
  ) {
    this.raw = bytes
    this.value = value
    this.length = bytes.length
    this.isShared = !isOwn
    this.first = first
  }

  get bytes(): Uint8Array {
    this.isShared = true
    if (this.front !== undefined) {
      this.raw = spliced(this.front, this.raw, this.front.length)
      this.front = undefined
    }
    return this.raw
  }

  get members(): SourceBody['members'] {
    const spans = this.findSpans(byteText(this.bytes))
    return (
      spans && new Map(Object.keys(this.value).map((key, at) => [key, [spans[2 * at] ?? 0, spans[2 * at + 1] ?? 0]]))
    )
  }

  /** Gives no bytes out, so that a long body is still changed where it stands. */
  saysAllOnce(): boolean {
    if (this.spans) return true
    // With the model, which stands before the rest.
    if (this.first?.rest !== undefined) return countMembers(this.first.rest) + 1 === Object.keys(this.value).length
    const text = byteText(this.front === undefined ? this.raw : this.bytes)
    return countMembers(text) === Object.keys(this.value).length
  }

  /**
   * The bytes with other values in the places of those they were; `undefined` where a member was added or is gone, or where the
   * members' places are not known. That a model has another name upstream is what is changed in nearly every call.
   */
  replaced(value: Readonly<Record<string, unknown>>): Uint8Array | undefined {
    // An inherited member would be taken for one of its own.
    if (Object.getPrototypeOf(value) !== Object.prototype) return undefined
    // It would be held for as long as the upstream takes.
    if (this.first) this.first.rest = undefined
    const renamed = this.renamed(value)
    if (renamed) return renamed
    const text = byteText(this.bytes)
    const spans = this.findSpans(text)
    if (!spans) return undefined
    let edited = ''
    let from = 0
    let members = 0
    for (const key in this.value) {
      const member = value[key]
      if (!Object.is(member, this.value[key])) {
        const start = spans[2 * members] ?? 0
        const end = spans[2 * members + 1] ?? 0
        const json = respliced(text.slice(start, end), this.value[key], member)
        if (json === undefined) return undefined
        edited += text.slice(from, start) + json
        from = end
      }
      members += 1
    }
    for (const _key in value) members -= 1
    return members === 0 ? this.joined(edited, { text, from }) : undefined
  }

  /**
   * {@link replaced} where the text begins with the model, as most do, which is told once, and nothing else has changed but for what was
   * added: where the other members stand is not needed then, and need not be looked for.
   */
  private renamed(value: Readonly<Record<string, unknown>>): Uint8Array | undefined {
    const { first } = this
    if (first === undefined || typeof value.model !== 'string') return undefined
    let members = 0
    for (const key in this.value) {
      if (key !== 'model' && !Object.is(value[key], this.value[key])) return undefined
      members += 1
    }
    for (const _key in value) members -= 1
    const added = members < 0 ? addedMembers(value, key => Object.hasOwn(this.value, key)) : ''
    return this.withHead(`${first.before}${JSON.stringify(value.model)}${added && `,${added}`}`, first.head)
  }

  /**
   * With another beginning. A long body gets it where it stands, once, if nobody holds it: the memory for a second one of 100 KB
   * costs more than all else that is done with the first. Whoever comes later, as a failover does, gets a copy.
   */
  private withHead(head: string, before: string): Uint8Array {
    const { raw } = this
    const at = before.length - Buffer.byteLength(head)
    if (this.isShared || raw.length < longRest || at < 0) return spliced(head, raw, before.length)
    this.isShared = true
    this.front = before
    Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).write(head, at)
    return raw.subarray(at)
  }

  /** A long rest is copied from the bytes: as text it would be copied twice. */
  private joined(edited: string, { text, from }: { readonly text: string; readonly from: number }): Uint8Array {
    if (text.length - from < longRest) return Buffer.from(edited + text.slice(from), 'latin1')
    const bytes = Buffer.allocUnsafe(edited.length + text.length - from)
    bytes.write(edited, 'latin1')
    bytes.set(this.bytes.subarray(from), edited.length)
    return bytes
  }

  /**
   * The parsed value has its keys in text order, unless one is doubled (fewer keys) or index-like (moved to the front). What a
   * doubled key hid from `JSON.parse` may still be unsound; then what was checked is forwarded, and not the bytes.
   */
  private findSpans(text: string): readonly number[] | undefined {
    if (this.spans !== null) return this.spans
    try {
      const spans = scanBody(this.raw, text)
      const keys = Object.keys(this.value)
      this.spans = keys.length * 2 !== spans.length || /^\d+$/.test(keys[0] ?? '') ? undefined : spans
    } catch {
      this.spans = undefined
    }
    return this.spans
  }
}

/** The text, and the bytes that follow from `from` on. */
function spliced(text: string, bytes: Uint8Array, from: number): Uint8Array {
  const result = Buffer.allocUnsafe(Buffer.byteLength(text) + bytes.length - from)
  result.set(from === 0 ? bytes : bytes.subarray(from), result.write(text))
  return result
}

/** Whether a body says each of its members once, so that its bytes may go out as they came. Costs a look at all of them. */
export function saysAllOnce(source: SourceBody): boolean {
  return source instanceof ParsedBody ? source.saysAllOnce() : source.members !== undefined
}

/**
 * The bytes to forward for a value that was made from `source.value` by copying. Unchanged: the very bytes that came.
 * Otherwise members that are still the same object or primitive keep their bytes, changed ones are replaced in place, added
 * ones follow the last, or the model where that is the first, removed ones (and `undefined`) are cut. Without a `source`, or when its members are not known,
 * the whole value is serialised. A change made inside `source.value` itself goes unseen.
 */
export function encodeBody(value: object, source: SourceBody | undefined): Uint8Array {
  if (source !== undefined && value === source.value) return source.bytes
  const replaced =
    source instanceof ParsedBody && !hasToJson(value) ? source.replaced(value as SourceBody['value']) : undefined
  if (replaced) return replaced
  const edits = source?.members && !hasToJson(value) ? editsFor(value, source, source.members) : undefined
  if (source === undefined || edits === undefined) return encoder.encode(JSON.stringify(value))
  return splice(source.bytes, edits)
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8Text(bytes)
  } catch {
    throw new BodyError('The request body is not valid UTF-8; send JSON encoded as UTF-8.')
  }
}

/** `scan` refuses what is nested too deeply, on which looking for the fault would overflow the stack. */
function parseJson(text: string, scan: () => void): unknown {
  try {
    return JSON.parse(text)
  } catch {
    if (emptyText.test(text)) throw new BodyError('The request body is empty; send a JSON object.')
    scan()
    throw new BodyError(`The request body is not valid JSON: ${jsonFault(text)}.`)
  }
}

function hasToJson(value: object): boolean {
  return Array.isArray(value) || ('toJSON' in value && typeof value.toJSON === 'function')
}

/** Replaces the bytes from `start` up to `end` by `text`. */
interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

function editsFor(
  value: object,
  { bytes, value: before }: SourceBody,
  members: ReadonlyMap<string, readonly [number, number]>,
): readonly Edit[] {
  const now = value as Readonly<Record<string, unknown>>
  const closing = bytes.lastIndexOf(0x7d)
  const edits: Edit[] = []
  let kept = 0
  let previousEnd: number | undefined
  for (const [key, [start, end]] of members) {
    const member = Object.hasOwn(now, key) ? now[key] : undefined
    const json = Object.is(member, before[key])
      ? null
      : respliced(byteText(bytes.subarray(start, end)), before[key], member)
    const text = json && Buffer.from(json, 'latin1').toString()
    if (text !== undefined) kept++
    if (typeof text === 'string') edits.push({ start, end, text })
    else if (text === undefined) {
      // A cut takes the comma before it, or, with nothing kept before it, the one after.
      const comma = commaAfter(bytes, end) ?? closing
      const from = previousEnd === undefined ? bytes.indexOf(0x7b) + 1 : commaAfter(bytes, previousEnd)! + 1
      if (kept > 0) edits.push({ start: from - 1, end: comma, text: '' })
      else edits.push({ start: from, end: Math.min(comma + 1, closing), text: '' })
    }
    previousEnd = end
  }
  const added = addedMembers(now, key => members.has(key))
  if (added !== '') edits.push({ start: closing, end: closing, text: (kept > 0 ? ',' : '') + added })
  return edits
}

function addedMembers(value: Readonly<Record<string, unknown>>, isOld: (key: string) => boolean): string {
  let added = ''
  for (const key of Object.keys(value)) {
    const text = isOld(key) ? undefined : toJson(value[key])
    if (text !== undefined) added += `${added && ','}${JSON.stringify(key)}:${text}`
  }
  return added
}

/** `JSON.stringify` gives `undefined` for undefined, functions and symbols, which its type does not say. */
function toJson(value: unknown): string | undefined {
  return JSON.stringify(value)
}

function commaAfter(bytes: Uint8Array, from: number): number | undefined {
  let at = from
  while (isSpace(bytes[at])) at++
  return bytes[at] === 0x2c ? at : undefined
}

function splice(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  let length = bytes.length
  for (const { start, end, text } of edits) length += Buffer.byteLength(text) - (end - start)
  // All of it is written over.
  const result = Buffer.allocUnsafe(length)
  let from = 0
  let at = 0
  for (const { start, end, text } of edits) {
    result.set(bytes.subarray(from, start), at)
    at += start - from
    at += result.write(text, at)
    from = end
  }
  result.set(bytes.subarray(from), at)
  return result
}
