import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { GatewayError } from '@modelgate/core'
import { answerClientError } from './client-error.ts'
import { Connections } from './connections.ts'
import { refuse } from './refuse.ts'
import type { ServingState } from './serving-state.ts'

/** A server that listens. */
export interface ListeningServer {
  /** How a client on this machine reaches it. */
  readonly url: string
  /**
   * Says that it drains, accepts connections for `delayMs` more, then closes those that idle, and resolves when every open request is
   * answered, or after `callsMs` in all.
   */
  drain(times: { readonly delayMs: number; readonly callsMs: number }): Promise<void>
  /** Lets the last bytes out for so many milliseconds, then closes what is still open. */
  close(lastBytesMs: number): Promise<void>
}

/** Where to listen, and what requests are told meanwhile. */
interface ListenOptions {
  readonly host: string
  readonly port: number
  /** The variable that the port comes from. Default PORT. */
  readonly portVariable?: 'PORT' | 'METRICS_PORT' | undefined
  readonly state: ServingState
  /** How long a connection is kept for a next request, in milliseconds. Default 65,000: longer than a load balancer's 60 s. */
  readonly keepAliveTimeoutMs?: number | undefined
  /** Whether requests may bring files, which take their time. Default false. */
  readonly takesFiles?: boolean | undefined
}

/** An upload has an hour; one of which nothing comes is given up long before. */
const uploadTimeoutMs = 3_600_000

/** It could not listen: the port is taken, or the host is not this machine's. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

/** @throws {ListenError} with one sentence. */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<ListeningServer> {
  const { host, state, keepAliveTimeoutMs = 65_000, takesFiles = false } = options
  const connections = new Connections(state)
  const onRequest: RequestListener = (request, response) => {
    connections.begin(response)
    if (lacksHost(request)) refuse(response, noHostError(), {})
    else handler(request, response)
  }

  const server = createServer(
    {
      // An ALB keeps its connections for 60 s as a rule; one that we closed first would be a 502 for whoever comes next.
      keepAliveTimeout: keepAliveTimeoutMs,
      headersTimeout: 30_000,
      // For the whole request to arrive, not for the answer.
      requestTimeout: takesFiles ? uploadTimeoutMs : 120_000,
      // Timeouts are looked at this often; Node's own 30 s would stretch them.
      connectionsCheckingInterval: 5_000,
      // Node would refuse it without a word.
      requireHostHeader: false,
    },
    onRequest,
  )
  // Of an `Expect` that nobody knows, likewise; it may be passed over. https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1
  server.on('checkExpectation', onRequest)
  server.on('connection', socket => connections.add(socket))
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    answerClientError(error, socket, connections.isAnswered(socket))
  })
  await bind(server, options)
  const closed = new Promise<void>(resolve => {
    server.once('close', () => resolve())
  })

  function stopAccepting(): void {
    // Not http's: it closes connections whose last bytes are still on their way.
    if (server.listening) NetServer.prototype.close.call(server)
    connections.closeIdle()
  }

  return {
    url: urlOf(server, host),
    async drain({ delayMs, callsMs }) {
      state.isDraining = true
      connections.announceEnd()
      const acceptingMs = Math.min(delayMs, callsMs)
      if (acceptingMs > 0) await sleep(acceptingMs)
      stopAccepting()
      await connections.emptied(callsMs - acceptingMs)
    },
    async close(lastBytesMs) {
      state.isDraining = true
      stopAccepting()
      for (const response of connections.unread()) refuse(response, endingError(), { 'x-should-retry': 'true' })
      await connections.emptied(lastBytesMs)
      server.closeAllConnections()
      await closed
    },
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2 */
function lacksHost({ httpVersion, headers }: IncomingMessage): boolean {
  return httpVersion === '1.1' && headers.host === undefined
}

function noHostError(): GatewayError {
  return new GatewayError('invalid_request', 'The request has no Host header, which HTTP/1.1 asks for; send one.')
}

function endingError(): GatewayError {
  return new GatewayError('shutting_down', 'The gateway shut down before the request had come; call another instance.')
}

function bind(server: Server, { host, port, portVariable = 'PORT' }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      const reason = error.code === 'EADDRINUSE' ? `the port is taken; set ${portVariable} to another` : error.message
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
