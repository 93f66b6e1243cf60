import { Buffer } from 'node:buffer'
import { GatewayError } from '@modelgate/core'

/** The HTTP request that was in an event, whatever sent it. */
export interface HttpMessage {
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Names of headers that came more than once and must not. */
  readonly doubled?: readonly string[] | undefined
  /** Who called AWS, as it saw them. */
  readonly address?: string | undefined
  /** An API stage that the path may begin with. */
  readonly stage?: string | undefined
  /** Decoded on the call: a request that is refused by its headers pays for no decoding. */
  readBody(): Uint8Array
}

/** The body of an event: text, or base64 where the sender took it for binary. */
export interface EventBody {
  readonly body?: string | null | undefined
  readonly isBase64Encoded?: boolean | undefined
}

/**
 * An event's body as bytes; of an event without one, no bytes.
 * @throws {GatewayError} `invalid_request` for one that is no text: AWS sends none, but tests written by hand do
 */
export function decodeBody({ body, isBase64Encoded }: EventBody): Uint8Array {
  if (body && typeof body !== 'string') {
    throw new GatewayError('invalid_request', 'The `body` of this event must be text, as JSON.stringify() makes it.')
  }
  return Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8')
}
