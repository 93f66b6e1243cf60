import { abortError, type GatewayError } from '../errors.ts'
import { type ChecksOf, checkValues } from '../wire/check-values.ts'
import { callable } from '../wire/value-check.ts'
import { noAnswer } from './connection-error.ts'
import { faultCode } from './connection-fault.ts'
import { fromFetchResponse } from './fetch-response.ts'
import type { Transport, UpstreamRequest, UpstreamResponse } from './transport.ts'

/** The `fetch` that requests go out by. */
export interface FetchTransportOptions {
  /** Default: the platform's `fetch`, looked up at each call, so that one that is wrapped later for tracing is used, too. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/**
 * The platform's `fetch` as the transport, for web runtimes; on Node `nodeTransport()` and `undici()` cost less. The connections are
 * the platform's, and so are its clocks (Node gives up a silence of 5 minutes): `close()` closes none, and one that the upstream had
 * closed while it was kept fails the call as `upstream_unavailable`. A body that `fetch` has decoded comes without its
 * `content-encoding`.
 * @throws {GatewayError} `invalid_configuration` for an option that is none, or of the wrong kind.
 * @see https://fetch.spec.whatwg.org/
 */
export function fetchTransport(options: FetchTransportOptions = {}): Transport {
  checkValues(options, { fetch: callable() } satisfies ChecksOf<FetchTransportOptions>, 'fetchTransport()')
  return {
    send: request => send(request, options.fetch ?? globalThis.fetch),
    close: () => Promise.resolve(),
  }
}

/** `fetch` asks for gzip unless told otherwise, and its decoder would hold a stream back. */
const undecoded = { 'accept-encoding': 'identity' }

async function send(request: UpstreamRequest, fetch: typeof globalThis.fetch): Promise<UpstreamResponse> {
  const { method, url, headers, body, signal } = request
  if (signal.aborted) throw abortError(signal)
  try {
    const response = await fetch(url, {
      method,
      headers: { ...undecoded, ...headers },
      ...(body && { body }),
      signal,
      redirect: 'manual',
    })
    return fromFetchResponse(response, signal)
  } catch (error) {
    if (signal.aborted) throw abortError(signal)
    throw toFetchError(error, url.host)
  }
}

/**
 * What a `fetch` that rejected means: `timeout_connect` where its code says so, else `upstream_unavailable`. The code of undici,
 * which is Node's `fetch`, stands in a `cause`, under whatever a client has wrapped around it.
 */
export function toFetchError(error: unknown, host: string): GatewayError {
  return noAnswer(host, error, codedCause(error))
}

/** A cause may be a cause of itself. */
const deepest = 8

/** The cause of an error, near or far, that has a code of the system or of undici; the error itself where none has. */
export function codedCause(error: unknown): unknown {
  let cause = error
  for (let depth = 0; depth < deepest && cause instanceof Error; depth += 1) {
    if (faultCode(cause) !== undefined) return cause
    cause = cause.cause
  }
  return error
}
