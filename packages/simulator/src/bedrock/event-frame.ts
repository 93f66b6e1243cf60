import { EventStreamCodec } from '@smithy/eventstream-codec'
import { fromUtf8, toUtf8 } from '@smithy/util-utf8'
import { sortedJson } from '../json.ts'
import { integerBelow, type Random } from '../random.ts'

const codec = new EventStreamCodec(toUtf8, fromUtf8)
const FILLER = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const text = (value: string) => ({ type: 'string' as const, value })

function encode(headers: Readonly<Record<string, string>>, body: string): Uint8Array {
  const typed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, text(value)]))
  return codec.encode({ headers: typed, body: fromUtf8(body) })
}

/**
 * One `application/vnd.amazon.eventstream` event, as `eventFrame('messageStart', { role: 'assistant' }, random)`: members sorted and a
 * filler `p` of random length among them, which hides from an eavesdropper how long the words are.
 */
export function eventFrame(type: string, payload: object, random: Random): Uint8Array {
  const p = FILLER.slice(0, 1 + integerBelow(random, FILLER.length))
  const headers = { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' }
  return encode(headers, sortedJson({ ...payload, p }))
}

/** An exception inside a stream; its type is the camelCase member name, as `throttlingException`. */
export function exceptionFrame(type: string, message: string): Uint8Array {
  const headers = { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' }
  return encode(headers, sortedJson({ message }))
}
