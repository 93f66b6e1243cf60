import { valueSpans } from './value-spans.ts'

/**
 * The JSON of a value that was made from another by copying. All that is the same object still, or the same primitive, keeps its bytes: one
 * changed message costs no other of its conversation a byte. `text` is the JSON of the value before, one character a byte, as is what is
 * returned; `undefined` for what JSON leaves out.
 */
export function respliced(text: string, before: unknown, now: unknown): string | undefined {
  return spliced(text, before, now) ?? jsonBytes(now)
}

/** `undefined` where the one was not made from the other, or not by changing and adding alone. */
function spliced(text: string, before: unknown, now: unknown): string | undefined {
  if (Object.is(before, now)) return text
  if (typeof now !== 'object' || now === null || 'toJSON' in now) return undefined
  if (typeof before === 'string') return splicedParts(text, before, now)
  if (Array.isArray(before)) return Array.isArray(now) ? splicedArray(text, before, now) : undefined
  return isMembers(before) && isMembers(now) ? splicedObject(text, before, now) : undefined
}

/** Text as its bytes of UTF-8, with one character each. */
function asBytes(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : Buffer.from(text).toString('latin1')
}

type Members = Readonly<Record<string, unknown>>

function splicedArray(text: string, before: readonly unknown[], now: readonly unknown[]): string | undefined {
  if (before.length === 0 || now.length < before.length) return undefined
  const spans = valueSpans(text)
  if (spans.length !== 2 * before.length) return undefined
  const added = now.slice(before.length).map(element => `,${jsonBytes(element) ?? 'null'}`)
  return splicedValues(text, spans, {
    changed: (value, index) => respliced(value, before[index], now[index]) ?? 'null',
    added: added.join(''),
  })
}

function splicedObject(text: string, before: Members, now: Members): string | undefined {
  const keys = Object.keys(before)
  const spans = valueSpans(text)
  // Keys stand in text order unless one is doubled, or looks like an index, which engines move to the front.
  if (keys.length === 0 || spans.length !== 2 * keys.length || /^\d+$/.test(keys[0] ?? '')) return undefined
  const kept = keys.map((key, index) => {
    if (!Object.hasOwn(now, key)) return undefined
    const value = text.slice(spans[2 * index], spans[2 * index + 1])
    return respliced(value, before[key], now[key])
  })
  if (kept.includes(undefined)) return undefined
  const added = addedMembers(Object.entries(now).filter(([key]) => !Object.hasOwn(before, key)))
  return splicedValues(text, spans, { changed: (_, index) => kept[index] ?? '', added })
}

interface Changes {
  readonly changed: (text: string, index: number) => string
  /** Stands after the last value. */
  readonly added: string
}

function splicedValues(text: string, spans: readonly number[], { changed, added }: Changes): string {
  let result = ''
  let from = 0
  for (let index = 0; 2 * index < spans.length; index += 1) {
    const start = spans[2 * index] ?? 0
    const end = spans[2 * index + 1] ?? 0
    result += text.slice(from, start) + changed(text.slice(start, end), index)
    from = end
  }
  return result + added + text.slice(from)
}

/** A text that has become the first of several parts: OpenAI's content is either. */
function splicedParts(text: string, before: string, now: object): string | undefined {
  if (!Array.isArray(now)) return undefined
  const [first, ...more] = now as readonly unknown[]
  if (!isMembers(first) || first.type !== 'text' || first.text !== before) return undefined
  const { type: _type, text: _text, ...rest } = first
  const others = addedMembers(Object.entries(rest))
  const added = more.map(part => `,${jsonBytes(part) ?? 'null'}`)
  return `[{"type":"text","text":${text}${others}}${added.join('')}]`
}

function addedMembers(members: readonly (readonly [string, unknown])[]): string {
  let added = ''
  for (const [key, value] of members) {
    const json = jsonBytes(value)
    if (json !== undefined) added += `,${asBytes(JSON.stringify(key))}:${json}`
  }
  return added
}

/** Whether its JSON is that of its members. */
function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('toJSON' in value)
}

/** `undefined` for what JSON leaves out. */
function jsonBytes(value: unknown): string | undefined {
  const json: string | undefined = JSON.stringify(value)
  return json === undefined ? undefined : asBytes(json)
}
