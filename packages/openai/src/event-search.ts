const finishKey = Buffer.from('"finish_reason"')
const usageKey = Buffer.from('"usage"')
/** Not `"error"`: a native search stops at each first byte, and JSON is full of quotes (measured: 5 times the time). */
const errorTail = Buffer.from('rror"')
const errorHead = Buffer.from('"e')
const eventEnd = Buffer.from('\n\n')

/**
 * All searches want events of the ordinary form. A key cannot be mistaken for text of an answer, where its quotes would be
 * escaped. Only natively searched: parsing each chunk costs more than all the rest of a pass-through.
 */

/** The finish reason named last, if the last choice in these events has one. */
export function lastFinishReason(events: Buffer): string | undefined {
  const at = events.lastIndexOf(finishKey)
  return at === -1 ? undefined : stringAfter(events, at + finishKey.length)
}

/** Every finish reason in these events. Costs a search an event: for more than one choice, and for what the end left open. */
export function allFinishReasons(events: Buffer): string[] {
  const reasons: string[] = []
  for (let at = events.indexOf(finishKey); at !== -1; at = events.indexOf(finishKey, at + finishKey.length)) {
    const reason = stringAfter(events, at + finishKey.length)
    if (reason !== undefined) reasons.push(reason)
  }
  return reasons
}

/** The last event with a `usage` object. */
export function lastUsageEvent(events: Buffer): EventSpan | undefined {
  let at = events.lastIndexOf(usageKey)
  while (at !== -1 && events[valueAt(events, at + usageKey.length)] !== 0x7b) {
    at = at === 0 ? -1 : events.lastIndexOf(usageKey, at - 1)
  }
  return at === -1 ? undefined : eventAround(events, at)
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

function eventAround(events: Buffer, at: number): EventSpan {
  const before = events.lastIndexOf(eventEnd, at)
  return { start: before === -1 ? 0 : before + eventEnd.length, end: events.indexOf(eventEnd, at) + eventEnd.length }
}

/** Where the value of a key starts whose name ends at `at`; -1 if it was no key. */
function valueAt(events: Buffer, at: number): number {
  const colon = skipSpaces(events, at)
  return events[colon] === 0x3a ? skipSpaces(events, colon + 1) : -1
}

function stringAfter(events: Buffer, at: number): string | undefined {
  const value = valueAt(events, at)
  if (events[value] !== 0x22) return undefined
  return events.toString('latin1', value + 1, events.indexOf(0x22, value + 1)) || undefined
}

function skipSpaces(bytes: Buffer, from: number): number {
  let at = from
  while (bytes[at] === 0x20) at++
  return at
}
