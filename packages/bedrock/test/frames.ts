import { EventStreamCodec, type MessageHeaders } from '@smithy/eventstream-codec'
import { fromUtf8, toUtf8 } from '@smithy/util-utf8'

const codec = new EventStreamCodec(toUtf8, fromUtf8)

function encode(headers: Record<string, string>, body: string): Uint8Array {
  const typed: MessageHeaders = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, { type: 'string', value }]),
  )
  return codec.encode({ headers: typed, body: fromUtf8(body) })
}

/** An event frame as Bedrock sends it, filler member included. */
export function eventFrame(type: string, payload: object): Uint8Array {
  const headers = { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' }
  return encode(headers, JSON.stringify({ ...payload, p: 'abcdefghijkl' }))
}

export function exceptionFrame(type: string, message: string): Uint8Array {
  const headers = { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' }
  return encode(headers, JSON.stringify({ message }))
}

/** An un-modelled failure: no payload, all in the headers. */
export function errorFrame(code: string, message: string): Uint8Array {
  return encode({ ':message-type': 'error', ':error-code': code, ':error-message': message }, '')
}

export function joined(frames: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(frames)
}
