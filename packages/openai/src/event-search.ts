/**
 * The events with one character a byte: positions in it are those in the events. Searches in text cost a third of those in a
 * `Buffer`, and the expressions below skip most of it.
 *
 * All searches want events of the ordinary form. A key cannot be mistaken for text of an answer, where its quotes would be
 * escaped. Nothing is parsed that tells nothing: parsing each chunk costs more than all the rest of a pass-through.
 */
export function byteText(events: Buffer): string {
  return events.toString('latin1')
}

/** Keys whose values are no nulls, which most chunks have, in any spacing. */
const finishOrUsage = /(?:finish_reason|prompt_tokens)"[ \t]*:[ \t]*["\d]/g
/** As a key whose value is not null, which some servers write into every chunk, or as a value. */
const error = /"error"(?![ \t]*:[ \t]*n)/g
const eventEnd = '\n\n'

/** Where an event stands, its blank line included. */
export interface EventSpan {
  readonly start: number
  readonly end: number
}

/** Events that may tell how the answer ended and what it used, each kind in order. Most reads have neither. */
interface TellingEvents {
  readonly finishes: readonly EventSpan[]
  readonly usages: readonly EventSpan[]
}

const none: TellingEvents = { finishes: [], usages: [] }

/** Searches the whole text, once. */
export function tellingEvents(text: string): TellingEvents {
  finishOrUsage.lastIndex = 0
  let found = finishOrUsage.exec(text)
  if (!found) return none
  const finishes: EventSpan[] = []
  const usages: EventSpan[] = []
  for (; found; found = finishOrUsage.exec(text)) {
    const kind = found[0].startsWith('f') ? finishes : usages
    const last = kind.at(-1)
    if (!last || found.index >= last.end) kind.push(eventAround(text, found.index))
  }
  return { finishes, usages }
}

/** The first event from `from` on that may be an error. */
export function nextErrorEvent(text: string, from: number): EventSpan | undefined {
  error.lastIndex = from
  const found = error.exec(text)
  return found ? eventAround(text, found.index) : undefined
}

/** The JSON value of an event of the ordinary form; `undefined` if it is none. */
export function eventValue(events: Buffer, { start, end }: EventSpan): unknown {
  try {
    return JSON.parse(events.toString('utf8', start + 'data: '.length, end))
  } catch {
    return undefined
  }
}

function eventAround(text: string, at: number): EventSpan {
  const before = text.lastIndexOf(eventEnd, at)
  return { start: before === -1 ? 0 : before + eventEnd.length, end: text.indexOf(eventEnd, at) + eventEnd.length }
}
