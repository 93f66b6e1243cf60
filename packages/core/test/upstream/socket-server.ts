import { once } from 'node:events'
import http, { type RequestListener } from 'node:http'
import net, { type AddressInfo, type Socket } from 'node:net'

/** A server on a real socket. */
export interface SocketServer extends AsyncDisposable {
  readonly url: URL
  /** Every connection that was made to it. */
  readonly sockets: Socket[]
}

export async function listen(server: net.Server): Promise<SocketServer> {
  const sockets: Socket[] = []
  server.on('connection', socket => sockets.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/x?y=%2F`),
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

export function serve(listener: RequestListener): Promise<SocketServer> {
  return listen(http.createServer(listener))
}

/** A server that says these bytes to whoever connects, whatever is asked. */
export function say(bytes: string): Promise<SocketServer> {
  return listen(
    net.createServer(socket => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end(bytes))
    }),
  )
}

/** Resolves when a server's first connection is closed, now or later. */
export async function closedSocket({ sockets: [socket] }: SocketServer): Promise<void> {
  if (socket && !socket.closed) await once(socket, 'close')
}
