import http from 'node:http'
import https from 'node:https'
import { abortError, GatewayError } from '../errors.ts'
import type { Transport, UpstreamBody, UpstreamRequest, UpstreamResponse } from './transport.ts'

export interface NodeTransportOptions {
  /** Connections kept to one host. Default 1,024: a call waits for a connection nowhere but in the gateway's own bulkhead. */
  readonly maxSockets?: number | undefined
  /** Time to connect, TLS included, in milliseconds. Default 5,000. */
  readonly connectMs?: number | undefined
}

/** `node:http` and `node:https` with kept connections: the default transport, and the quickest to load on a Lambda. */
export function nodeTransport(options: NodeTransportOptions = {}): Transport {
  const agentOptions = { keepAlive: true, maxSockets: options.maxSockets ?? 1024, scheduling: 'lifo' } as const
  const plain = new http.Agent(agentOptions)
  const secure = new https.Agent(agentOptions)
  const connectMs = options.connectMs ?? 5_000
  return {
    send(request) {
      return request.url.protocol === 'http:'
        ? send(http.request, plain, request, connectMs)
        : send(https.request, secure, request, connectMs)
    },
    close() {
      plain.destroy()
      secure.destroy()
      return Promise.resolve()
    },
  }
}

function send(
  open: typeof http.request,
  agent: http.Agent,
  request: UpstreamRequest,
  connectMs: number,
): Promise<UpstreamResponse> {
  const { signal, url } = request
  if (signal.aborted) return Promise.reject(abortError(signal))
  const { promise, resolve, reject } = Promise.withResolvers<UpstreamResponse>()
  const headers = request.body ? { ...request.headers, 'content-length': request.body.length } : request.headers
  const outgoing = open(url, { agent, method: request.method, headers })
  const onAbort = (): void => {
    reject(abortError(signal))
    outgoing.destroy()
  }
  signal.addEventListener('abort', onAbort, { once: true })
  outgoing.on('close', () => signal.removeEventListener('abort', onAbort))
  // A kept connection needs no time to connect, and some libraries' sockets never say that they are connecting.
  outgoing.on('socket', socket => {
    if (!socket.connecting) return
    const timer = setTimeout(() => {
      reject(new GatewayError('timeout_connect', `No connection to ${url.host} within ${connectMs} ms.`))
      outgoing.destroy()
    }, connectMs)
    const clear = (): void => clearTimeout(timer)
    socket.once(url.protocol === 'http:' ? 'connect' : 'secureConnect', clear)
    socket.once('close', clear)
  })
  outgoing.on('error', cause => {
    reject(new GatewayError('upstream_unavailable', `The upstream ${url.host} gave no answer.`, { cause }))
  })
  outgoing.on('response', incoming => {
    resolve({
      status: incoming.statusCode ?? 0,
      headers: incoming.headers as Record<string, string | undefined>,
      body: bodyOf(incoming, signal),
    })
  })
  outgoing.end(request.body)
  return promise
}

/** Reads by pull in paused mode: one `read()` takes all that the socket brought, so that a burst becomes one batch. */
function bodyOf(incoming: http.IncomingMessage, signal: AbortSignal): UpstreamBody {
  let wake: (() => void) | undefined
  let error: Error | undefined
  const onEvent = (): void => {
    wake?.()
    wake = undefined
  }
  incoming.on('readable', onEvent)
  incoming.on('end', onEvent)
  incoming.on('close', onEvent)
  incoming.on('error', cause => {
    error = cause
    onEvent()
  })
  return {
    async next() {
      for (;;) {
        const bytes = incoming.read() as Buffer | null
        if (bytes) return { done: false, value: bytes }
        if (signal.aborted) throw abortError(signal)
        if (incoming.readableEnded) return { done: true, value: undefined }
        if (error ?? incoming.destroyed) {
          throw new GatewayError(
            'stream_interrupted',
            'The connection to the upstream broke before the answer was complete.',
            {
              cause: error,
            },
          )
        }
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
    },
    return() {
      incoming.destroy()
      return Promise.resolve({ done: true, value: undefined })
    },
  }
}
