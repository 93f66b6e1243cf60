import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** What `act` would have written to a socket, in order; nothing of it goes out. */
export function withheld(socket: Socket, act: () => void): Buffer {
  const writes: Buffer[] = []
  const write = (bytes: string | Uint8Array): boolean => {
    writes.push(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes))
    return true
  }
  // Node writes a head in one piece and offers no other way to it than the socket's own method.
  Object.defineProperty(socket, 'write', { configurable: true, value: write })
  try {
    act()
  } finally {
    Reflect.deleteProperty(socket, 'write')
  }
  return Buffer.concat(writes)
}

const PIECES = 10

/** How slowly, and until when. */
export interface Trickle {
  readonly overMs: number
  readonly signal: AbortSignal
}

/** Writes bytes in ten pieces: the first at once, the last after `overMs`. */
export async function trickle(bytes: Uint8Array, socket: Socket, { overMs, signal }: Trickle): Promise<void> {
  const size = Math.ceil(bytes.length / PIECES)
  for (let at = 0; at < bytes.length && !signal.aborted; at += size) {
    socket.write(bytes.subarray(at, at + size))
    await sleep(overMs / PIECES, undefined, { signal }).catch(() => undefined)
  }
}
