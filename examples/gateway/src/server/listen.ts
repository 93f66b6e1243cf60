import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { answerClientError } from './client-error.ts'

/** A server that listens. */
export interface ListeningServer {
  /** How a client on this machine reaches it. */
  readonly url: string
  /** Takes no more connections and resolves when every open request is answered, or after `graceMs`. */
  drain(graceMs: number): Promise<void>
  /** Lets the last bytes out, then closes what is still open. */
  close(): Promise<void>
}

/** It could not listen: the port is taken, or the host is not this machine's. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

const lastBytesMs = 2_000

/** @throws {ListenError} with one sentence. */
export async function listen(handler: RequestListener, at: { host: string; port: number }): Promise<ListeningServer> {
  const open = new Set<ServerResponse>()
  let draining = false
  let onEmpty: (() => void) | undefined

  const server = createServer(
    {
      // An ALB keeps its connections for 60 s; one that we closed first would be a 502 for whoever comes next.
      keepAliveTimeout: 65_000,
      headersTimeout: 30_000,
      // For the whole request to arrive, not for the answer.
      requestTimeout: 120_000,
      // Timeouts are looked at this often; Node's own 30 s would stretch them.
      connectionsCheckingInterval: 5_000,
    },
    (request, response) => {
      open.add(response)
      response.on('close', () => {
        open.delete(response)
        if (open.size === 0) onEmpty?.()
      })
      // A connection that a client keeps using would never let the drain end.
      if (draining) response.setHeader('connection', 'close')
      handler(request, response)
    },
  )
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const answering = [...open].some(response => response.socket === socket && response.headersSent)
    answerClientError(error, socket, answering)
  })
  await bind(server, at)
  const closed = new Promise<void>(resolve => {
    server.once('close', () => resolve())
  })

  const emptied = (): Promise<void> =>
    new Promise(resolve => {
      if (open.size === 0) return resolve()
      onEmpty = resolve
    })

  return {
    url: urlOf(server, at.host),
    async drain(graceMs) {
      draining = true
      server.close()
      await within(graceMs, emptied())
    },
    async close() {
      draining = true
      if (server.listening) server.close()
      await within(lastBytesMs, emptied())
      // Those opened ahead of a request are among them; Node does not count them as idle and would wait for their timeout.
      server.closeAllConnections()
      await closed
    },
  }
}

async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  const done = new AbortController()
  const timeout = sleep(milliseconds, undefined, { signal: done.signal }).catch(() => undefined)
  await Promise.race([work, timeout])
  done.abort()
}

function bind(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      const reason = error.code === 'EADDRINUSE' ? 'the port is taken; set PORT to another' : error.message
      reject(new ListenError(`Cannot listen on ${host}:${port}: ${reason}.`))
    }
    server.once('error', onError)
    server.listen(port, host, () => {
      server.off('error', onError)
      resolve()
    })
  })
}

function urlOf(server: Server, host: string): string {
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  // Every address is not an address that a client can call.
  const named = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${named.includes(':') ? `[${named}]` : named}:${port}`
}
