import { GatewayError } from '../errors.ts'

/** @throws {GatewayError} `request_too_large` once more than `maxBytes` of a file have come. */
export async function* countedBytes(
  reads: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, void> {
  let length = 0
  for await (const read of reads) {
    length += read.length
    if (length > maxBytes) {
      throw new GatewayError(
        'request_too_large',
        `The file is larger than the ${maxBytes} bytes this gateway takes; send its lines in several files.`,
        { param: 'file' },
      )
    }
    yield read
  }
}
