import { once } from 'node:events'
import http2 from 'node:http2'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Gateway } from '@modelgate/core'

/** How one reads a stream, and how much of it. */
export interface Reading {
  readonly id: string
  readonly request: { readonly model: string; readonly messages: readonly { role: 'user'; content: string }[] }
  /** Bytes, or chunks in process, after which it leaves; `undefined`: at the end. */
  readonly leavesAfter: number | undefined
  readonly isSlow: boolean
}

/** What a reader saw. */
export interface Seen {
  readonly text: string
  readonly hasLeft: boolean
}

/** Where a gateway is to be found. */
export interface Places {
  readonly gateway: Gateway
  readonly port: number
  readonly http2Port: number
}

type Reader = (places: Places, reading: Reading) => Promise<Seen>

const path = '/v1/chat/completions'
const pause = (isSlow: boolean): Promise<void> => (isSlow ? sleep(2) : Promise.resolve())
const bodyOf = ({ request }: Reading): string => JSON.stringify({ ...request, stream: true })
const headersOf = ({ id }: Reading) => ({ 'content-type': 'application/json', 'x-request-id': id })

/** Reads pieces until the end, or until it has had enough: breaking out of the loop is leaving. */
async function readSome(pieces: AsyncIterable<Uint8Array>, { leavesAfter, isSlow }: Reading): Promise<Seen> {
  let text = ''
  try {
    for await (const piece of pieces) {
      text += Buffer.from(piece).toString('latin1')
      if (leavesAfter !== undefined && text.length > leavesAfter) return { text, hasLeft: true }
      await pause(isSlow)
    }
  } catch (error) {
    text += String(error)
  }
  return { text, hasLeft: false }
}

const http1 =
  (version: '1.0' | '1.1'): Reader =>
  async ({ port }, reading) => {
    const body = bodyOf(reading)
    const socket = net.connect(port, '127.0.0.1')
    const headers = { host: 'x', connection: 'close', ...headersOf(reading), 'content-length': body.length }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(`POST ${path} HTTP/${version}\r\n${lines.join('')}\r\n${body}`)
    return readSome(socket, reading)
  }

/** Each as a user of the gateway reads. */
export const leavingReaders = {
  'HTTP/1.1': http1('1.1'),
  'HTTP/1.0': http1('1.0'),
  async 'HTTP/2'({ http2Port }, reading) {
    const session = http2.connect(`http://127.0.0.1:${http2Port}`)
    const stream = session.request({ ':method': 'POST', ':path': path, ...headersOf(reading) })
    stream.end(bodyOf(reading))
    try {
      return await readSome(stream, reading)
    } finally {
      stream.close(http2.constants.NGHTTP2_CANCEL)
      session.close()
    }
  },
  async fetch({ gateway }, reading) {
    const init = { method: 'POST', body: bodyOf(reading), headers: headersOf(reading) }
    const answer = await gateway.fetch(`http://gateway.test${path}`, init)
    return readSome(answer.body!, reading)
  },
  async process({ gateway }, { id, request, leavesAfter, isSlow }) {
    const principal = { tenant: 'acme', keyId: 'k' }
    const stream = gateway.stream({ ...request, messages: [...request.messages] }, { tags: { id }, principal })
    let chunks = 0
    try {
      for await (const _ of stream) {
        chunks += 1
        if (leavesAfter !== undefined && chunks > leavesAfter / 200) return { text: '', hasLeft: true }
        await pause(isSlow)
      }
      return { text: '[DONE]', hasLeft: false }
    } catch (error) {
      return { text: String(error), hasLeft: false }
    }
  },
} satisfies Record<string, Reader>

/** Waits for what comes within a turn or a few of the end, and at most for two seconds. */
export async function soon(isSo: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 400 && !isSo(); tries += 1) await sleep(5)
  return isSo()
}

/** Resolves when a server listens. */
export async function listening(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as net.AddressInfo).port
}
