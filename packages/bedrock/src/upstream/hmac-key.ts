import { hash } from 'node:crypto'

/** Of SHA-256, in bytes. */
const blockLength = 64
const hashLength = 32

/**
 * HMAC-SHA256 with one key of 64 bytes at most, as two hashes. `createHmac` makes an object outside of V8's heap for each text, which
 * costs twice what the hashes do, and the collection of it again.
 * @see https://www.rfc-editor.org/rfc/rfc2104#section-2
 */
export class HmacKey {
  /** The padded key, and room for a text of the last one's length: those that are signed have all the same. */
  private inner: Buffer
  private readonly outer: Buffer

  constructor(key: Uint8Array) {
    this.inner = padded(key, { with: 0x36, room: 0 })
    this.outer = padded(key, { with: 0x5c, room: hashLength })
  }

  /** In lower-case hexadecimal. */
  hexOf(text: string): string {
    const length = blockLength + Buffer.byteLength(text)
    if (this.inner.length !== length) {
      this.inner = Buffer.concat([this.inner.subarray(0, blockLength)], length)
    }
    this.inner.write(text, blockLength)
    // As text of one byte a character: the hash as a buffer would cost as much as the hash.
    this.outer.write(hash('sha256', this.inner, 'binary'), blockLength, 'binary')
    return hash('sha256', this.outer, 'hex')
  }
}

function padded(key: Uint8Array, { with: pad, room }: { readonly with: number; readonly room: number }): Buffer {
  const block = Buffer.alloc(blockLength + room)
  for (let index = 0; index < blockLength; index += 1) block[index] = (key[index] ?? 0) ^ pad
  return block
}
