import type http from 'node:http'
import type net from 'node:net'

/** Listens on a port of its own, tells the bench which, and ends when the bench lets go. */
export function serve(server: http.Server): void {
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as net.AddressInfo).port }))
  process.once('disconnect', () => process.exit())
}
