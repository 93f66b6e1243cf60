import type { ServerResponse } from 'node:http'
import { constants, type Http2ServerResponse } from 'node:http2'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { trickle, withheld } from './trickle.ts'

/** One answer's way to the client, the same over HTTP/1.1 and HTTP/2. */
export interface Wire {
  /** Aborted when the client's connection or stream closes before `end` was flushed, or the simulator closes. */
  readonly closed: AbortSignal
  /** Bytes of the body that the connection has taken. */
  sentBytes(): number
  /** `overMs`: how long the head takes to come, from its first byte to its last; default at once. */
  head(status: number, headers: Readonly<Record<string, string>>, overMs?: number): Promise<void>
  /** Resolves when the bytes are out of our hands or the client is gone. */
  write(bytes: Uint8Array): Promise<void>
  /** Ends the answer, with its last bytes in the same act: a client that has them all may hang up at once and rightly so. */
  end(last: Uint8Array): Promise<void>
  /** FIN in the middle of the body, without the last chunk, or before the head. */
  cut(): Promise<void>
  /** RST: of the TCP connection in HTTP/1.1, of the stream in HTTP/2. */
  reset(): Promise<void>
}

/** Long enough for a client on this machine to read what was sent before a reset discards it. */
const RESET_AFTER_MS = 20

/** Wraps the answer of either HTTP version; `socket` is the raw connection under it. */
export function createWire(response: ServerResponse | Http2ServerResponse, socket: Socket | undefined): Wire {
  const closing = new AbortController()
  let done = false
  let sentBytes = 0
  const settled = new Promise<void>(resolve => {
    response.once('close', () => {
      if (!done) closing.abort()
      resolve()
    })
  })
  // An error always comes with `close`; unhandled it would end the process.
  response.on('error', () => undefined)
  const race = (flush: (then: () => void) => void) => Promise.race([new Promise<void>(flush), settled])
  const counting = (bytes: Uint8Array, then: () => void) => (error?: Error | null) => {
    if (!error) sentBytes += bytes.length
    then()
  }
  return {
    closed: closing.signal,
    sentBytes: () => sentBytes,
    head: (status, headers, overMs = 0) =>
      sendHead(response, { status, headers, overMs, socket, signal: closing.signal }),
    write: bytes =>
      race(then => {
        const taken = counting(bytes, then)
        if ('stream' in response) response.write(bytes, taken)
        else response.write(bytes, taken)
      }),
    end: last =>
      race(then => {
        if (response.writableEnded) return then()
        const flushed = counting(last, () => {
          done = true
          then()
        })
        if ('stream' in response) response.end(last, flushed)
        else response.end(last, flushed)
      }),
    async cut() {
      done = true
      socket?.destroySoon()
      await settled
    },
    async reset() {
      await sleep(RESET_AFTER_MS)
      done = true
      if ('stream' in response) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
      else socket?.resetAndDestroy()
      await settled
    },
  }
}

interface Head {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly overMs: number
  readonly socket: Socket | undefined
  readonly signal: AbortSignal
}

async function sendHead(
  response: ServerResponse | Http2ServerResponse,
  { status, headers, overMs, socket, signal }: Head,
): Promise<void> {
  if ('stream' in response) {
    if (overMs > 0) await sleep(overMs, undefined, { signal }).catch(() => undefined)
    response.writeHead(status, { ...headers })
    return
  }
  response.writeHead(status, { ...headers })
  // HTTP/1.1 would hold the head back until the first byte of the body.
  if (overMs === 0 || !socket) response.flushHeaders()
  else
    await trickle(
      withheld(socket, () => response.flushHeaders()),
      socket,
      { overMs, signal },
    )
}
