import type { ConverseEventPayload } from './converse-answer-wire.ts'
import { parseJsonObject } from './json.ts'

/** Strictly JSON, and nothing in it that would have to be unescaped: a piece of text as Converse streams it, filler included. */
const plainText = /^\{"contentBlockIndex":(0|[1-9]\d{0,3}),"delta":\{"text":"([^"\\\p{Cc}]*)"\}(?:,"p":"\w*")?\}$/u

/**
 * The payload of an event; `undefined` for what is no JSON object. Nearly all events of a stream are plain text, which a match reads
 * in half the time that `JSON.parse` takes.
 */
export function parsePayload(type: string, body: string): ConverseEventPayload | undefined {
  const text = type === 'contentBlockDelta' ? plainText.exec(body) : undefined
  if (text) return { contentBlockIndex: Number(text[1]), delta: { text: text[2]! } }
  return parseJsonObject(body)
}
