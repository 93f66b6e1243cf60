import type { Transport } from '@modelgate/core'

/** Answers at once and always the same, without a socket. */
export function instantTransport(bytes: Buffer, contentType: string): Transport {
  return {
    send() {
      const reads = [bytes]
      const next = (): Promise<IteratorResult<Uint8Array, undefined>> => {
        const value = reads.pop()
        return Promise.resolve(value ? { done: false, value } : { done: true, value: undefined })
      }
      return Promise.resolve({ status: 200, headers: { 'content-type': contentType }, body: { next } })
    },
    close: () => Promise.resolve(),
  }
}
