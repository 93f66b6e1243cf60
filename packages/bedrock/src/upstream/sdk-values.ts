import type { ConverseBody } from '../wire/converse-wire.ts'
import { exactInteger, exactNumber, keptDigits } from '../wire/exact-json.ts'
import { isJsonObject, type JsonObject } from '../wire/json.ts'

/** Where a wire body holds bytes as base64 text, or JSON of a caller's own, by member. A list stands for each of its items. */
type BytesAt = 'bytes' | 'json' | { readonly [member: string]: BytesAt }

const source: BytesAt = { source: { bytes: 'bytes' } }
const media: BytesAt = { image: source, document: source, video: source, audio: source }
const guarded: BytesAt = { guardContent: { image: source } }
const block: BytesAt = {
  ...media,
  ...guarded,
  toolUse: { input: 'json' },
  toolResult: { content: media },
  reasoningContent: { redactedContent: 'bytes' },
}

/**
 * Every blob of Converse's input. Nothing else is looked into: a tool's arguments may have members of the same names.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_RequestSyntax
 */
const bytesOfBody: BytesAt = { messages: { content: block }, system: guarded }

/** A wire body as the SDK takes it: bytes as bytes. What holds none is shared with the body, unchanged. */
export function toSdkBody(body: ConverseBody): JsonObject {
  return decoded(body, bytesOfBody) as JsonObject
}

function decoded(value: unknown, at: BytesAt): unknown {
  if (Array.isArray(value)) return value.map(item => decoded(item, at))
  if (at === 'bytes') return typeof value === 'string' ? Buffer.from(value, 'base64') : value
  if (at === 'json') return withBigInts(value)
  if (!isJsonObject(value)) return value
  const within = Object.entries(at).filter(([member]) => Object.hasOwn(value, member))
  return { ...value, ...Object.fromEntries(within.map(([member, inner]) => [member, decoded(value[member], inner)])) }
}

/** Long integers as the SDK takes them, of other numbers that no double holds the nearest; what holds none is the same object. */
function withBigInts(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const digits = keptDigits(value)
  if (digits !== undefined) return /^-?\d+$/.test(digits) ? BigInt(digits) : Number(digits)
  const members = Object.entries(value).map(([name, member]): [string, unknown] => [name, withBigInts(member)])
  if (members.every(([name, member]) => member === Reflect.get(value, name))) return value
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members)
}

/**
 * What the SDK parsed, as the wire had it. Bytes are base64 text again; numbers in a tool's arguments that no double holds (a `bigint`,
 * a `NumericValue`) keep their digits; a member of a union that is newer than the SDK, which it hides as
 * `{ $unknown: [name, value] }`, has its name again.
 */
export function toWire(value: unknown): unknown {
  if (typeof value === 'bigint') return exactInteger(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(toWire)
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
  }
  if (isNumericValue(value)) return exactNumber(value.string)
  const members = Object.entries(value)
  const [[name, unknown] = [], ...others] = members
  const isHidden = name === '$unknown' && others.length === 0 && Array.isArray(unknown) && unknown.length === 2
  return Object.fromEntries((isHidden ? [unknown] : members).map(([key, member]: unknown[]) => [key, toWire(member)]))
}

/** By its class: arguments that were parsed from JSON may have the same members. */
function isNumericValue(value: object): value is { readonly string: string } {
  return Object.getPrototypeOf(value) !== Object.prototype && 'string' in value && typeof value.string === 'string'
}
