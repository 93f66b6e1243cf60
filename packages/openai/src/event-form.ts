import { type ChatCompletionChunk, GatewayError } from '@modelgate/core'
import { createParser, type EventSourceMessage, type ParserCallbacks } from 'eventsource-parser'
import { isObject } from './is-object.ts'

const LF = 0x0a
const COLON = 0x3a
const BRACKET = 0x5b
const OPEN = 0x7b
const CLOSE = 0x7d
const decoder = new TextDecoder()

/** The data of the event that ends a whole stream. */
const done = '[DONE]'

/**
 * Whether whole events have the form that OpenAI writes: one `data: ` line (or one comment) and a blank one, ended by LF. All
 * searches rely on it. The text has one character a byte, and no CR. Returns where `[DONE]` starts, the length without one, or -1
 * for any other form of events, and for data that does not begin and end as an object does: it may have been cut.
 * @param isRead whether each event's data is known to be JSON
 */
export function ordinaryEnd(text: string, isRead = false): number {
  let at = 0
  while (at < text.length) {
    const isData = startsData(text, at)
    if (!isData && text.charCodeAt(at) !== COLON) return -1
    const first = text.charCodeAt(at + 'data: '.length)
    if (isData && first === BRACKET && text.startsWith(done, at + 'data: '.length)) return at
    const end = text.indexOf('\n', at)
    if (text.charCodeAt(end + 1) !== LF) return -1
    // No data is no event, either: clients skip it.
    if (isData && !isRead && (first !== OPEN || text.charCodeAt(end - 1) !== CLOSE)) return -1
    at = end + 2
  }
  return text.length
}

/** Character by character: a search that begins a third of a microsecond late is the dearest thing that a paced frame meets here. */
function startsData(text: string, at: number): boolean {
  return (
    text.charCodeAt(at) === 0x64 &&
    text.charCodeAt(at + 1) === 0x61 &&
    text.charCodeAt(at + 2) === 0x74 &&
    text.charCodeAt(at + 3) === 0x61 &&
    text.charCodeAt(at + 4) === COLON &&
    text.charCodeAt(at + 5) === 0x20
  )
}

/**
 * The same events in OpenAI's form: CR and CRLF, several `data:` lines, `data:` without a space or without data, `event:`, `id:`, a BOM. Those
 * before a damaged one, which is told: its data stands in a line that is no field, which every client skips without a word, or has been cut.
 */
export function toOrdinary(events: Uint8Array, onDamaged?: () => void): Buffer {
  const lines: string[] = []
  let isDamaged = false
  function onDamage(): void {
    isDamaged = true
    onDamaged?.()
  }
  readMessages(events, {
    onEvent({ data, event }) {
      if (isDamaged || isCutDone(data)) return
      if (event === 'error') lines.push(`data: ${toErrorData(data)}`)
      else if (data === done || mayBeJson(data)) lines.push(`data: ${data.replaceAll('\n', ' ')}`)
      else onDamage()
    },
    onComment(comment) {
      if (!isDamaged) lines.push(`: ${comment}`)
    },
    onError({ type, line }) {
      if (type !== 'unknown-field' || !line?.includes('data:')) return
      onDamage()
    },
  })
  return Buffer.from(lines.map(line => `${line}\n\n`).join(''))
}

/** An error that only its event's name tells would pass for a chunk once the name is gone. */
function toErrorData(data: string): string {
  const value = jsonOrText(data)
  const named = typeof value === 'object' && value !== null && 'error' in value
  return JSON.stringify(named ? value : { error: value })
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Whether data is JSON, as far as can be said without reading an object: what was cut has lost one of its ends. */
function mayBeJson(data: string): boolean {
  if (data.startsWith('{')) return data.trimEnd().endsWith('}')
  try {
    JSON.parse(data)
    return true
  } catch {
    return false
  }
}

/** What a body that ended too early left of `[DONE]`. */
function isCutDone(data: string): boolean {
  return data !== done && done.startsWith(data)
}

/**
 * The chunks in whole events of any form. Events without `choices`, such as a server's own news, are not chunks.
 * @throws {GatewayError} `upstream_bad_response` for data that is not JSON.
 */
export function parseChunks(events: Uint8Array): ChatCompletionChunk[] {
  const chunks: ChatCompletionChunk[] = []
  readMessages(events, {
    onEvent({ data }) {
      const chunk = data === done ? undefined : toChunk(data)
      if (chunk) chunks.push(chunk)
    },
  })
  return chunks
}

/** The data of each of whole events of any form, but for `[DONE]`. */
export function dataOf(events: Uint8Array): string[] {
  const all: string[] = []
  readMessages(events, {
    onEvent({ data, event }) {
      if (data !== done) all.push(event === 'error' ? toErrorData(data) : data)
    },
  })
  return all
}

/**
 * The chunk in one event's data; `undefined` for what is none.
 * @throws {GatewayError} `upstream_bad_response` for data that is not JSON.
 */
export function toChunk(data: string): ChatCompletionChunk | undefined {
  const value = parseEvent(data)
  return isChunk(value) ? soundChunk(value) : undefined
}

/** Whether what a body left over without a blank line is complete all the same: servers end without one. */
export function isWhole(rest: Uint8Array): boolean {
  let whole = true
  readMessages(rest, {
    onEvent({ data }) {
      if (data === done || isCutDone(data)) return
      try {
        JSON.parse(data)
      } catch {
        whole = false
      }
    },
  })
  return whole
}

/** @throws {GatewayError} `upstream_bad_response` for data that is not JSON */
export function parseEvent(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    // Its own error quotes the event, which no log may hold.
    throw new GatewayError('upstream_bad_response', 'The upstream sent a stream event that is not JSON.')
  }
}

function isChunk(value: unknown): value is ChatCompletionChunk {
  return typeof value === 'object' && value !== null && 'choices' in value && Array.isArray(value.choices)
}

/** Chunks are read in many places: a choice that is none, or has no delta, must trip nobody up there. */
function soundChunk(chunk: ChatCompletionChunk): ChatCompletionChunk {
  if (chunk.choices.every(choice => isObject(choice) && isObject(choice.delta))) return chunk
  const choices = chunk.choices.filter(isObject)
  return { ...chunk, choices: choices.map(choice => (isObject(choice.delta) ? choice : { ...choice, delta: {} })) }
}

interface Readers extends Pick<ParserCallbacks, 'onComment' | 'onError'> {
  readonly onEvent: (message: EventSourceMessage) => void
}

function readMessages(events: Uint8Array, { onEvent, ...others }: Readers): void {
  const parser = createParser({
    onEvent: message => {
      if (message.data !== '') onEvent(message)
    },
    ...others,
  })
  // The blank line ends an event whose last line end was a lone CR, which could still become a CRLF.
  parser.feed(`${decoder.decode(events)}\n\n`)
}
