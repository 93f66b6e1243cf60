import { once } from 'node:events'
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import net, { type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Door, Gateway } from '../../src/index.ts'
import { type NodeHandlerOptions, toNodeHandler } from '../../src/node.ts'

/** A gateway behind one of its fronts: give it a path, have a Response. */
export type Ask = (path: string, init?: RequestInit & { readonly duplex?: 'half' }) => Promise<Response>

export interface Front {
  readonly name: string
  /** Opened for one test; it closes with it. */
  readonly open: (gateway: Gateway) => Promise<Ask>
}

/** Every front that this package has. Whatever the door tells, it tells the same through each. */
export const fronts: readonly Front[] = [
  {
    name: 'gateway.fetch',
    open: gateway => Promise.resolve((path, init) => gateway.fetch(`http://gateway.test${path}`, init)),
  },
  {
    name: 'node:http',
    async open(gateway) {
      const { url } = await serveGateway(gateway)
      return (path, init) => fetch(url + path, init)
    },
  },
]

export interface Server {
  readonly url: string
  readonly port: number
  /** Every connection so far, as the server has it. */
  readonly sockets: Socket[]
  /** Every exchange so far. */
  readonly exchanges: { readonly request: IncomingMessage; readonly response: ServerResponse }[]
}

/** A `node:http` server for one test. */
export async function serve(listener: RequestListener): Promise<Server> {
  const exchanges: Server['exchanges'] = []
  const server = http.createServer((request, response) => {
    exchanges.push({ request, response })
    listener(request, response)
  })
  const sockets: Socket[] = []
  server.on('connection', socket => sockets.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, port, sockets, exchanges }
}

export function serveGateway(gateway: { readonly door: Door }, options?: NodeHandlerOptions): Promise<Server> {
  const handler = toNodeHandler(gateway, options)
  return serve((request, response) => handler(request, response))
}

/** A raw connection, to say what no client would. */
export async function connect({ port }: Server): Promise<Socket> {
  const socket = net.connect(port, '127.0.0.1')
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** Resolves when a socket has closed, in peace or not. */
export async function closing(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise(resolve => socket.once('close', resolve))
}

/** All that a raw connection is told until the server closes it. */
export async function toldUntilClose(socket: Socket): Promise<string> {
  let told = ''
  socket.setEncoding('latin1').on('data', (data: string) => {
    told += data
  })
  await closing(socket)
  return told
}
