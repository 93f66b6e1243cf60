import { type ChatCompletionChunk, GatewayError } from '@modelgate/core'
import { createParser, type EventSourceMessage, type ParserCallbacks } from 'eventsource-parser'

const LF = 0x0a
const COLON = 0x3a
const BRACKET = 0x5b
const decoder = new TextDecoder()

/** The data of the event that ends a whole stream. */
const done = '[DONE]'

/**
 * Whether whole events have the form that OpenAI writes: one `data: ` line (or one comment) and a blank one, ended by LF. All
 * searches rely on it. The text has one character a byte, and no CR. Returns where `[DONE]` starts, the length without one, or -1
 * for any other form of events.
 */
export function ordinaryEnd(text: string): number {
  let at = 0
  while (at < text.length) {
    if (startsData(text, at)) {
      const first = text.charCodeAt(at + 'data: '.length)
      if (first === BRACKET && text.startsWith(done, at + 'data: '.length)) return at
      // No data is no event: clients skip it, and it is no JSON.
      if (first === LF) return -1
    } else if (text.charCodeAt(at) !== COLON) return -1
    const end = text.indexOf('\n', at)
    if (text.charCodeAt(end + 1) !== LF) return -1
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
 * before a damaged one, which is told: its data stands in a line that is no field, which every client skips without a word.
 */
export function toOrdinary(events: Uint8Array, onDamaged?: () => void): Buffer {
  const lines: string[] = []
  let isDamaged = false
  readMessages(events, {
    onEvent({ data, event }) {
      if (isDamaged || isCutDone(data)) return
      lines.push(`data: ${event === 'error' ? toErrorData(data) : data.replaceAll('\n', ' ')}`)
    },
    onComment(comment) {
      if (!isDamaged) lines.push(`: ${comment}`)
    },
    onError({ type, line }) {
      if (type !== 'unknown-field' || !line?.includes('data:')) return
      isDamaged = true
      onDamaged?.()
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

function parseEvent(data: string): unknown {
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

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
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
