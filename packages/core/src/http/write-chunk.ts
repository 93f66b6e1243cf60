import type { ServerResponse } from 'node:http'

/** Longer bytes are not copied to save writes. */
const longestCopied = 16 * 1024

/** Node's own, to be compared with. */
let nodeWrite: unknown

/**
 * Writes a piece of an answer whose length nobody knows: as Node's `write()`, but that Node makes four writes of a chunk, each of which its socket then
 * holds and lists; that is a tenth of what a lone frame costs. A chunk is made here only where Node itself would make it next: not over
 * HTTP/2, nor to HTTP/1.0, and not where `write` is another's, such as one that compresses.
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-7.1
 */
export function writeChunk(response: ServerResponse, bytes: Uint8Array): boolean {
  nodeWrite ??= Reflect.get(process.getBuiltinModule('node:http').OutgoingMessage.prototype, 'write')
  const isOurs = response.chunkedEncoding === true && response.write === nodeWrite
  // One of no length would be the end.
  if (!isOurs || bytes.length === 0 || bytes.length > longestCopied) return response.write(bytes)
  // For this write alone: whoever else writes to the response, or ends it, is framed by Node.
  response.chunkedEncoding = false
  try {
    return response.write(asChunk(bytes))
  } finally {
    response.chunkedEncoding = true
  }
}

function asChunk(bytes: Uint8Array): Buffer {
  const head = `${bytes.length.toString(16)}\r\n`
  const end = head.length + bytes.length
  const chunk = Buffer.allocUnsafe(end + 2)
  chunk.write(head, 'latin1')
  chunk.set(bytes, head.length)
  chunk[end] = 0x0d
  chunk[end + 1] = 0x0a
  return chunk
}
