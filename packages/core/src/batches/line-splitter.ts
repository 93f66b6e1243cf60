import { Buffer } from 'node:buffer'
import { GatewayError } from '../errors.ts'

/** As large as a body of Bedrock's and OpenAI's may be. */
const longestLineBytes = 25_000_000

/** One line of a file. */
export interface TextLine {
  /** From 1. */
  readonly number: number
  /** Without its end. */
  readonly bytes: Uint8Array
}

/**
 * The lines of a file that hold anything, one read at a time: no more is kept than a line that is not whole yet.
 * @throws {GatewayError} `invalid_request` naming a line beyond {@link longestLineBytes}.
 */
export async function* splitLines(
  reads: AsyncIterable<Uint8Array>,
  longestBytes: number = longestLineBytes,
): AsyncGenerator<TextLine, void, void> {
  let number = 1
  let begun: Uint8Array[] = []
  let length = 0
  const whole = (end: Uint8Array): Uint8Array => {
    const line = begun.length === 0 ? end : Buffer.concat([...begun, end])
    begun = []
    length = 0
    return line.at(-1) === 0x0d ? line.subarray(0, -1) : line
  }
  for await (const read of reads) {
    let from = 0
    for (;;) {
      const end = read.indexOf(0x0a, from)
      const piece = read.subarray(from, end < 0 ? undefined : end)
      if (length + piece.length > longestBytes) throw tooLong(number, longestBytes)
      if (end < 0) {
        if (piece.length > 0) begun.push(piece)
        length += piece.length
        break
      }
      const bytes = whole(piece)
      if (!isBlank(bytes)) yield { number, bytes }
      number += 1
      from = end + 1
    }
  }
  const bytes = whole(new Uint8Array())
  if (!isBlank(bytes)) yield { number, bytes }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every(byte => byte === 0x20 || byte === 0x09 || byte === 0x0d)
}

function tooLong(number: number, longestBytes: number): GatewayError {
  return new GatewayError('invalid_request', `Line ${number} is longer than ${longestBytes} bytes; shorten it.`, {
    param: 'file',
  })
}
