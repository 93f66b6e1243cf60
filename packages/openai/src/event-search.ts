/** Positions in it are those in the events, for every byte is one character. */
const asText = (events: Buffer): string => events.toString('latin1')

const finish = /"finish_reason"[ \t]*:[ \t]*"[^"]/
const finishOrUsage = /(?:finish_reason|prompt_tokens)"[ \t]*:[ \t]*["\d]/
const usageKey = Buffer.from('"usage"')
/** Not `"error"`: a native search stops at each first byte, and JSON is full of quotes (measured: 5 times the time). */
const errorTail = Buffer.from('rror"')
const errorHead = Buffer.from('"e')
const eventEnd = Buffer.from('\n\n')

/**
 * All searches want events of the ordinary form. A key cannot be mistaken for text of an answer, where its quotes would be
 * escaped. Only natively searched: parsing each chunk costs more than all the rest of a pass-through. The expressions begin with
 * a long fixed text, so that most of the bytes are skipped; `Buffer`'s own search looks at each of them.
 */

/**
 * Whether a finish reason or usage may stand in these events, in any spacing. It is asked of every read, and most have neither:
 * nulls cost no more than other text.
 */
export function mayTell(events: Buffer): boolean {
  return finishOrUsage.test(asText(events))
}

/** A choice's finish, as its last chunk tells it. */
export interface Finish {
  /** The choice's index, or what stands in its place. */
  readonly index: unknown
  readonly reason: string
}

/** The finishes of choices in these events, in order. Parses the events that may hold one, which most streams have once. */
export function finishesIn(events: Buffer): Finish[] {
  const finishes: Finish[] = []
  const text = asText(events)
  const each = new RegExp(finish, 'g')
  for (let found = each.exec(text); found; found = each.exec(text)) {
    const span = eventAround(events, found.index)
    finishes.push(...finishesOf(eventValue(events, span)))
    each.lastIndex = span.end
  }
  return finishes
}

function finishesOf(chunk: unknown): Finish[] {
  const choices = fieldOf(chunk, 'choices')
  if (!Array.isArray(choices)) return []
  return choices.flatMap(choice => {
    const reason = fieldOf(choice, 'finish_reason')
    return typeof reason === 'string' && reason !== '' ? [{ index: fieldOf(choice, 'index'), reason }] : []
  })
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined
}

/** The last event with a `usage` object that starts before `before`. */
export function lastUsageEvent(events: Buffer, before: number = events.length): EventSpan | undefined {
  let from = before - 1
  while (from >= 0) {
    const at = events.lastIndexOf(usageKey, from)
    if (at === -1) return undefined
    if (events[valueAt(events, at + usageKey.length)] === 0x7b) return eventAround(events, at)
    from = at - 1
  }
  return undefined
}

/** The first event from `from` on that holds `"error"`, as a key whose value is not null or as a value. */
export function nextErrorEvent(events: Buffer, from: number): EventSpan | undefined {
  for (let at = events.indexOf(errorTail, from); at !== -1; at = events.indexOf(errorTail, at + errorTail.length)) {
    if (events[at - 1] !== errorHead[1] || events[at - 2] !== errorHead[0]) continue
    const value = valueAt(events, at + errorTail.length)
    // Some servers write `"error":null` into every chunk.
    if (value === -1 || events[value] !== 0x6e) return eventAround(events, at)
  }
  return undefined
}

/** Where an event stands, its blank line included. */
export interface EventSpan {
  readonly start: number
  readonly end: number
}

/** The JSON value of an event of the ordinary form; `undefined` if it is none. */
export function eventValue(events: Buffer, { start, end }: EventSpan): unknown {
  try {
    return JSON.parse(events.toString('utf8', start + 'data: '.length, end))
  } catch {
    return undefined
  }
}

/** Where the event that starts at `start` ends, its blank line included. */
export function eventEndFrom(events: Buffer, start: number): number {
  const end = events.indexOf(eventEnd, start)
  return end === -1 ? events.length : end + eventEnd.length
}

function eventAround(events: Buffer, at: number): EventSpan {
  const before = events.lastIndexOf(eventEnd, at)
  return { start: before === -1 ? 0 : before + eventEnd.length, end: events.indexOf(eventEnd, at) + eventEnd.length }
}

/** Where the value of a key starts whose name ends at `at`; -1 if it was no key. */
function valueAt(events: Buffer, at: number): number {
  const colon = skipSpaces(events, at)
  return events[colon] === 0x3a ? skipSpaces(events, colon + 1) : -1
}

function skipSpaces(bytes: Buffer, from: number): number {
  let at = from
  while (bytes[at] === 0x20 || bytes[at] === 0x09) at++
  return at
}
