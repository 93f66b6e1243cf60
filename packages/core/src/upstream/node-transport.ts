import type http from 'node:http'
import type https from 'node:https'
import { listenToAbort, unlistenToAbort } from '../call-controller.ts'
import { abortError, GatewayError } from '../errors.ts'
import { longestTimerMs } from '../longest-timer.ts'
import { checkValues } from '../wire/check-values.ts'
import { connectionChecks } from './connection-checks.ts'
import { brokenAnswer, noAnswer } from './connection-error.ts'
import { isStale, lostConnection, mayResend } from './lost-connection.ts'
import type { Transport, UpstreamBody, UpstreamRequest, UpstreamResponse } from './transport.ts'

/** How connections of `node:http` are kept. */
export interface NodeTransportOptions {
  /** Connections kept to one host. Default 1,024: a call waits for a connection nowhere but in the gateway's own bulkhead. */
  readonly maxSockets?: number | undefined
  /** Time to connect, TLS included, in milliseconds, where a request does not want less. Default 5,000. */
  readonly connectMs?: number | undefined
}

/**
 * `node:http` and `node:https` with kept connections: the default transport, and the quickest to load on a Lambda.
 * @throws {GatewayError} `invalid_configuration` for an option that is none, or of the wrong kind, and where the runtime has no `node:http`.
 */
export function nodeTransport(options: NodeTransportOptions = {}): Transport {
  checkValues(options, connectionChecks(), 'nodeTransport()')
  const agentOptions = { keepAlive: true, maxSockets: options.maxSockets ?? 1024, scheduling: 'lifo' } as const
  const [http, https] = nodeModules()
  const plain = new http.Agent(agentOptions)
  const secure = new https.Agent(agentOptions)
  const connectMs = options.connectMs ?? 5_000
  return {
    send(request) {
      return request.url.protocol === 'http:'
        ? sendOverKept(request, { open: http.request, agent: plain, connectMs })
        : sendOverKept(request, { open: https.request, agent: secure, connectMs })
    },
    close() {
      // Busy ones end with their answers: another gateway may share this provider, and ours has drained its calls.
      for (const { freeSockets } of [plain, secure]) {
        for (const socket of Object.values(freeSockets).flat()) socket?.destroy()
      }
      return Promise.resolve()
    },
  }
}

/** Not imported: an ES module of `node:http` reads each of its exports, `WebSocket` among them, for which Node loads its whole undici. */
function nodeModules(): [typeof http, typeof https] {
  const host: Partial<Pick<NodeJS.Process, 'getBuiltinModule'>> | undefined = globalThis.process
  const [plain, secure] = [host?.getBuiltinModule?.('node:http'), host?.getBuiltinModule?.('node:https')]
  if (plain && secure) return [plain, secure]
  throw new GatewayError(
    'invalid_configuration',
    'This runtime has no node:http: give providers `transport: fetchTransport()`.',
  )
}

interface Sending {
  readonly open: typeof http.request
  /** `false`: a connection of its own. */
  readonly agent: http.Agent | false
  readonly connectMs: number
}

/**
 * A kept connection may be closed by the upstream at the very moment it is used again. A request that cannot have been carried out
 * then goes out once more, on a connection of its own; every other failure is for who called to judge.
 * @see https://nodejs.org/api/http.html#requestreusedsocket
 */
function sendOverKept(request: UpstreamRequest, sending: Sending): Promise<UpstreamResponse> {
  return send(request, sending, () =>
    request.signal.aborted ? Promise.reject(abortError(request.signal)) : send(request, { ...sending, agent: false }),
  )
}

function send(
  request: UpstreamRequest,
  { open, agent, connectMs: longestMs }: Sending,
  onStale?: () => Promise<UpstreamResponse>,
): Promise<UpstreamResponse> {
  const { signal, url } = request
  if (signal.aborted) return Promise.reject(abortError(signal))
  const { promise, resolve, reject } = Promise.withResolvers<UpstreamResponse>()
  const headers = request.body ? { ...request.headers, 'content-length': request.body.length } : request.headers
  const outgoing = open(url, { agent, method: request.method, headers })
  /** Whether this request's fate is known: what its socket says after that is about something else. */
  let decided = false
  const giveUp = (error: GatewayError): void => {
    decided = true
    reject(error)
    outgoing.destroy()
  }
  const onAbort = { handleEvent: () => giveUp(abortError(signal)) }
  const failed = (cause?: unknown): void => {
    if (decided) return
    decided = true
    if (onStale && outgoing.reusedSocket && isStale(cause)) {
      if (mayResend(request, cause)) resolve(onStale())
      else reject(lostConnection(url.host, cause))
    } else reject(noAnswer(url.host, cause))
  }
  listenToAbort(signal, onAbort)
  outgoing.on('error', failed)
  outgoing.on('close', () => {
    unlistenToAbort(signal, onAbort)
    // Without an error, as after a 101: nobody would ever tell.
    failed()
  })
  const connectMs = Math.min(request.connectMs ?? longestMs, longestMs, longestTimerMs)
  watchConnecting(outgoing, connectMs, () => {
    giveUp(new GatewayError('timeout_connect', `No connection to ${url.host} within ${connectMs} ms.`))
  })
  outgoing.on('response', incoming => {
    decided = true
    resolve({
      status: incoming.statusCode ?? 0,
      headers: incoming.headers as Record<string, string | undefined>,
      body: bodyOf(incoming, signal),
    })
  })
  outgoing.end(request.body)
  return promise
}

/** A kept connection needs no time to connect, and some libraries' sockets never say that they are connecting. */
function watchConnecting(outgoing: http.ClientRequest, connectMs: number, onLate: () => void): void {
  outgoing.on('socket', socket => {
    if (!socket.connecting) return
    const timer = setTimeout(onLate, connectMs)
    const clear = (): void => clearTimeout(timer)
    socket.once(outgoing.protocol === 'https:' ? 'secureConnect' : 'connect', clear)
    socket.once('close', clear)
  })
}

const over = { done: true, value: undefined } as const

/** Reads by pull in paused mode: one `read()` takes all that the socket brought, so that a burst becomes one batch. */
function bodyOf(incoming: http.IncomingMessage, signal: AbortSignal): UpstreamBody {
  let wake: (() => void) | undefined
  let error: Error | undefined
  let hasLeft = false
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
  // The socket tells of its end only when it has closed, a turn later: what the attempt used would come after its call's report.
  const onAbort = { handleEvent: onEvent }
  listenToAbort(signal, onAbort)
  incoming.on('close', () => unlistenToAbort(signal, onAbort))
  return {
    async next() {
      for (;;) {
        // Before the rest: a reader who left must not be told of a broken connection, which was his own doing.
        if (hasLeft) return over
        const bytes = incoming.read() as Buffer | null
        if (bytes) return { done: false, value: bytes }
        if (signal.aborted) throw abortError(signal)
        if (incoming.readableEnded) return over
        if (error ?? incoming.destroyed) throw brokenAnswer(error)
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
    },
    return() {
      hasLeft = true
      incoming.destroy()
      onEvent()
      return Promise.resolve(over)
    },
  }
}
