/**
 * The one port to an upstream over HTTP. `node:http(s)` implements it in `@modelgate/core/node`; a provider takes any other
 * by its `transport` option. It follows no redirect,
 * repeats nothing but what a kept connection lost that cannot have been carried out, and adds no header but those of the connection.
 */
export interface Transport {
  /**
   * Resolves with the answer's head.
   * @throws {GatewayError} `timeout_connect`, `upstream_unavailable` when no answer came, or the signal's own reason.
   */
  send(request: UpstreamRequest): Promise<UpstreamResponse>
  close(): Promise<void>
}

/** A request as a transport sends it. */
export interface UpstreamRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: URL
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | undefined
  /** Aborting closes the connection, before the head and after it. */
  readonly signal: AbortSignal
  /** Milliseconds that its connection may take, TLS included; never more than the transport's own. */
  readonly connectMs?: number | undefined
}

/** The head of an upstream's answer, and its body to be read. */
export interface UpstreamResponse {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: UpstreamBody
}

/**
 * What one upstream read brought, read by pull: nothing is read ahead of the consumer but the socket's own buffer.
 * `next()` throws `stream_interrupted` when the connection breaks before the body's end; `return()` closes the
 * connection and ends a `next()` that waits, and every later one, in peace. It has one reader: a `next()` or `whole()` comes when
 * the one before it has been answered.
 */
export interface UpstreamBody extends AsyncIterator<Uint8Array, undefined, undefined> {
  /**
   * All that is left of it in one piece, where a transport can give it at less cost than read by read; at once where it is there
   * already. `undefined` for more than the limit, of which no more is read then. Throws what `next()` throws.
   */
  whole?(limitBytes: number): Uint8Array | undefined | Promise<Uint8Array | undefined>
}
