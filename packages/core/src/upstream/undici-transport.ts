import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { type AbortListener, listenToAbort, unlistenToAbort } from '../call-controller.ts'
import { abortError, GatewayError } from '../errors.ts'
import { longestTimerMs } from '../longest-timer.ts'
import { Pullable, type Receiver } from '../stream/pull.ts'
import { afterInput, afterWork } from '../turn.ts'
import { checkValues } from '../wire/check-values.ts'
import { connectionChecks } from './connection-checks.ts'
import { brokenAnswer, noAnswer } from './connection-error.ts'
import { HeldReads } from './held-reads.ts'
import { isStale, lostConnection, mayResend } from './lost-connection.ts'
import type { Transport, UpstreamBody, UpstreamRequest, UpstreamResponse } from './transport.ts'
import { createPool, type KeptConnection, type KeptConnections, type KeptHandler, loadUndici } from './undici-pool.ts'

/** How undici's connections are kept. */
export interface UndiciOptions {
  /** Connections kept to one origin. Default 1,024: a call waits for a connection nowhere but in the gateway's own bulkhead. */
  readonly maxSockets?: number | undefined
  /** Time to connect, TLS included, in milliseconds, where a request does not want less. Default 5,000. */
  readonly connectMs?: number | undefined
}

/**
 * undici's `Pool.dispatch` as the transport: a call costs about a third less CPU than over `node:http`. For servers; a Lambda
 * function, which serves one call at a time and starts often, is better off with the default. Needs the package `undici`, loaded at
 * the first call.
 * @throws {GatewayError} `invalid_configuration` for an option that is none, or of the wrong kind.
 * @see https://undici.nodejs.org/#/docs/api/Dispatcher
 */
export function undici(options: UndiciOptions = {}): Transport {
  checkValues(options, connectionChecks(), 'undici()')
  const { maxSockets = 1024, connectMs = 5_000 } = options
  const pools = new Map<string, KeptConnections>()
  let loading: ReturnType<typeof loadUndici> | undefined

  async function addPool(origin: string): Promise<KeptConnections> {
    loading ??= loadUndici()
    const classes = await loading
    const known = pools.get(origin)
    if (known) return known
    const pool = createPool(classes, origin, { maxSockets, connectMs })
    if (pools.size >= maxPools) closeOldest(pools)
    pools.set(origin, pool)
    return pool
  }

  /** A connection of its own, for what a kept one lost. */
  async function sendAlone(request: UpstreamRequest): Promise<UpstreamResponse> {
    if (request.signal.aborted) throw abortError(request.signal)
    const { origin, path } = addressOf(request.url)
    const pool = createPool(await loadUndici(), origin, { maxSockets: 1, connectMs })
    try {
      return await dispatch(request, path, { pool })
    } finally {
      void pool.close()
    }
  }

  let last: Address | undefined

  function send(request: UpstreamRequest): Promise<UpstreamResponse> {
    const { href } = request.url
    // A URL puts its parts together each time that it is asked for them.
    if (last?.href !== href) last = addressOf(request.url)
    const { origin, path } = last
    const pool = pools.get(origin)
    if (pool) return dispatch(request, path, { pool, sendAgain: sendAlone })
    return addPool(origin).then(added => dispatch(request, path, { pool: added, sendAgain: sendAlone }))
  }

  return {
    send,
    close() {
      // Busy connections end with their answers: another gateway may share this provider, and ours has drained its calls.
      for (const pool of pools.values()) void pool.close()
      pools.clear()
      return Promise.resolve()
    },
  }
}

/** What is under way on its connections ends first. */
function closeOldest(pools: Map<string, KeptConnections>): void {
  for (const [origin, pool] of pools) {
    pools.delete(origin)
    void pool.close()
    return
  }
}

/** Where a request goes. */
interface Address {
  readonly href: string
  readonly origin: string
  readonly path: string
}

function addressOf({ href, origin, pathname, search }: URL): Address {
  return { href, origin, path: pathname + search }
}

interface Way {
  readonly pool: KeptConnections
  readonly sendAgain?: Send
}

function dispatch(request: UpstreamRequest, path: string, { pool, sendAgain }: Way): Promise<UpstreamResponse> {
  const { signal, method, headers, body } = request
  if (signal.aborted) return Promise.reject(abortError(signal))
  return new Promise((resolve, reject) => {
    const exchange = new Exchange(request, { resolve, reject, request, sendAgain })
    const options = {
      path,
      method,
      headers: headers as Record<string, string>,
      body: body ?? null,
    }
    afterWork(() => {
      // Given up meanwhile.
      if (exchange.ended) return
      try {
        pool.dispatch(options, exchange)
      } catch (cause) {
        exchange.onResponseError(null, cause)
      }
      if (request.connectMs !== undefined) exchange.awaitConnection(request.connectMs)
    })
  })
}

/** Callers with credentials of their own name a region, and with it an origin: they must not fill the memory with pools. */
const maxPools = 100

type Send = (request: UpstreamRequest) => Promise<UpstreamResponse>

interface Answer {
  readonly resolve: (response: UpstreamResponse | Promise<UpstreamResponse>) => void
  readonly reject: (error: GatewayError) => void
  readonly request: UpstreamRequest
  /** Where a kept connection may lose it. */
  readonly sendAgain: Send | undefined
}

/** So much is held for a reader that is busy; then the socket is not read any more. */
const highWaterBytes = 64 * 1024

const over = { done: true, value: undefined } as const

interface Collector {
  readonly limitBytes: number
  readonly resolve: (bytes: Uint8Array | undefined) => void
  readonly reject: (error: GatewayError) => void
}

/** One request and its answer: what undici calls, and what the reader pulls. */
class Exchange extends Pullable<Uint8Array> implements KeptHandler, UpstreamBody, AbortListener {
  connection: KeptConnection | undefined
  private controller: Dispatcher.DispatchController | undefined
  readonly method: UpstreamRequest['method']
  private readonly signal: AbortSignal
  private readonly url: URL
  /** Until there is one: with it the request is held, and what would send it again. */
  private answer: Answer | undefined
  private connecting: ReturnType<typeof setTimeout> | undefined
  private reused = false
  ended = false
  private error: GatewayError | undefined
  private readonly reads = new HeldReads()
  private receiver: Receiver<Uint8Array> | undefined
  /** Set while somebody waits for the whole body. */
  private collector: Collector | undefined

  constructor({ signal, url, method }: UpstreamRequest, answer: Answer) {
    super()
    this.method = method
    this.signal = signal
    this.url = url
    this.answer = answer
    listenToAbort(signal, this)
  }

  /** Gives up after so many milliseconds where it has no connection yet: the pool knows one time for all. */
  awaitConnection(connectMs: number): void {
    if (this.controller || this.ended) return
    const message = `No connection to ${this.url.host} within ${connectMs} ms.`
    this.connecting = setTimeout(
      () => this.fail(new GatewayError('timeout_connect', message)),
      Math.min(connectMs, longestTimerMs),
    )
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.connecting) clearTimeout(this.connecting)
    this.controller = controller
    // Given up while it waited for a connection: it must not go out any more.
    // Thrown, and not by `abort()`, which would close the kept connection that it has just got.
    if (this.ended) throw abortError(this.signal)
    if (this.connection) this.reused = this.connection.requests++ > 0
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // A buffer for each, which would keep the read that they came in for as long as a stream is open. Nobody asks for them.
    controller.rawHeaders = null
    if (status < 200) return
    const { answer } = this
    this.answer = undefined
    afterInput(() => answer?.resolve({ status, headers: joined(headers), body: this }))
  }

  /** Called for each chunk of a chunked body, all those of one read in one go: the reader gets them as one. */
  onResponseData(controller: Dispatcher.DispatchController, bytes: Buffer): void {
    if (this.ended) return
    this.reads.add(bytes)
    if (this.collector) this.collect(this.collector)
    else if (this.receiver) {
      if (this.reads.count === 1) afterInput(() => this.deliver())
    } else if (this.reads.bytes > highWaterBytes) controller.pause()
  }

  onResponseEnd(): void {
    this.end()
    const { collector } = this
    if (collector) afterInput(() => this.collect(collector))
    else if (this.reads.count === 0) this.deliver()
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, cause: unknown): void {
    if (this.ended) return
    this.fail(this.answer ? noAnswer(this.url.host, cause) : brokenAnswer(cause))
  }

  protected override pull(receiver: Receiver<Uint8Array>): void {
    if (this.reads.count > 0) receiver.receive(this.take())
    else if (this.error) receiver.refuse(this.error)
    else if (this.ended) receiver.receive(over)
    else this.receiver = receiver
  }

  whole(limitBytes: number): Uint8Array | Promise<Uint8Array | undefined> {
    if (this.error) return Promise.reject(this.error)
    if (this.ended && this.reads.bytes <= limitBytes) return this.reads.take()
    return new Promise((resolve, reject) => {
      this.collector = { limitBytes, resolve, reject }
      this.collect(this.collector)
    })
  }

  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.leave()
    return Promise.resolve(over)
  }

  /** Of the signal: the request itself is the listener, and costs no closure a call. */
  handleEvent(): void {
    this.fail(abortError(this.signal))
    this.controller?.abort(abortError(this.signal))
  }

  private collect({ limitBytes, resolve }: Collector): void {
    if (this.reads.bytes > limitBytes) this.leave()
    else if (this.ended) resolve(this.reads.take())
    else if (this.controller?.paused) this.controller.resume()
  }

  private leave(): void {
    this.reads.clear()
    this.collector?.resolve(undefined)
    if (this.ended) return
    this.end()
    this.deliver()
    this.controller?.abort(new Error('the reader left'))
  }

  private deliver(): void {
    this.taken()?.receive(this.reads.count > 0 ? this.take() : over)
  }

  private taken(): Receiver<Uint8Array> | undefined {
    const { receiver } = this
    this.receiver = undefined
    return receiver
  }

  private take(): IteratorResult<Uint8Array, undefined> {
    const value = this.reads.take()
    if (this.controller?.paused) this.controller.resume()
    return { done: false, value }
  }

  private end(): void {
    this.ended = true
    if (this.connecting) clearTimeout(this.connecting)
    unlistenToAbort(this.signal, this)
  }

  private fail(error: GatewayError): void {
    this.end()
    this.error = error
    const { answer } = this
    if (answer) {
      this.answer = undefined
      const { request, sendAgain, reject, resolve } = answer
      const isLost = sendAgain && this.reused && !this.signal.aborted && isStale(error.cause)
      if (!isLost) reject(error)
      else if (mayResend(this, error.cause)) resolve(sendAgain(request))
      else reject(lostConnection(this.url.host, error.cause))
    }
    // What came before the failure is read before it, also where it is about to be delivered.
    if (this.reads.count === 0) this.taken()?.refuse(error)
    this.collector?.reject(error)
  }
}

/** A header that came twice is an array, where Node's own client joins them. */
function joined(headers: IncomingHttpHeaders): UpstreamResponse['headers'] {
  for (const name in headers) {
    const value = headers[name]
    if (Array.isArray(value)) headers[name] = value.join(', ')
  }
  return headers as UpstreamResponse['headers']
}
