import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createWire, type Wire } from './wire.ts'

/** A listening port that speaks HTTP/1.1 and cleartext HTTP/2. */
export interface OnePort {
  readonly port: number
  openConnections(): number
  /** Drops every connection and stops listening. */
  close(): Promise<void>
}

/** What is done with a request. It must not reject. */
export type Exchange = (incoming: IncomingMessage | Http2ServerRequest, wire: Wire) => Promise<void>

/** Where to listen, and to whom. */
export interface Listening {
  readonly host: string
  readonly port: number
  /** Asked at each connection; false closes it unread. */
  readonly admits: () => boolean
}

/**
 * Listens on one port for both: the first bytes of a connection tell which one it is (`PRI * HTTP/2.0`, RFC 9113 §3.4). The AWS
 * SDK speaks HTTP/2 without being asked, nearly everything else HTTP/1.1.
 */
export async function listenOnOnePort(at: Listening, exchange: Exchange): Promise<OnePort> {
  const sockets = new Map<number, Socket>()
  const serve = (incoming: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse) => {
    const connection = 'stream' in incoming ? incoming.stream.session?.socket : incoming.socket
    void exchange(incoming, createWire(response, sockets.get(connection?.remotePort ?? -1)))
  }
  const http1 = createHttpServer({ keepAliveTimeout: 60_000 }, serve)
  const http2 = createHttp2Server(serve)
  http2.on('sessionError', () => undefined)
  const server = createServer(socket => {
    const key = socket.remotePort ?? -1
    sockets.set(key, socket)
    socket.on('close', () => {
      if (sockets.get(key) === socket) sockets.delete(key)
    })
    // A client that resets its connection is a story the tests tell, not a crash.
    socket.on('error', () => undefined)
    if (!at.admits()) return socket.destroySoon()
    socket.setNoDelay(true)
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null
      if (first === null) return
      socket.unshift(first)
      const owner = first.subarray(0, 3).toString('latin1') === 'PRI' ? http2 : http1
      owner.emit('connection', socket)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(at.port, at.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    openConnections: () => sockets.size,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve())
        for (const socket of sockets.values()) socket.destroy()
      }),
  }
}
