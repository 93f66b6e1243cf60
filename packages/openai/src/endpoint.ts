import { closeSource, type Transport, type UpstreamResponse } from '@modelgate/core'
import { nodeTransport } from '@modelgate/core/node'
import { type ApiKey, askForKey, sendableKey } from './api-key.ts'
import { checkHeaders } from './check-headers.ts'
import { contentEncoding } from './content-encoding.ts'
import type { EndpointResponse } from './endpoint-response.ts'
import { throwUpstreamError } from './errors.ts'
import { badAnswer } from './json-answer.ts'
import { secretsIn, toUpstream, type Upstream } from './upstream.ts'

/** Where a server of OpenAI's API is, and what it is sent beside requests. */
export interface EndpointOptions {
  readonly id: string
  /** Asked for at the first call: nothing is read at creation. */
  readonly baseURL: () => string
  /** `undefined` for servers that want no key. */
  readonly apiKey: ApiKey | undefined
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly transport: Transport | undefined
}

/** One request to a server of OpenAI's API. */
export interface EndpointRequest {
  readonly path: '/chat/completions' | '/responses' | '/embeddings' | '/models'
  /** Absent: a GET. */
  readonly body?: Uint8Array | undefined
  readonly accept: 'application/json' | 'text/event-stream'
  readonly signal: AbortSignal
  /** As the transport takes it. */
  readonly connectMs?: number | undefined
  /** The call's id, which OpenAI's support can look up. */
  readonly requestId?: string | undefined
  /** Of the call's trace; lower-case names. */
  readonly traceHeaders?: Readonly<Record<string, string>> | undefined
}

/** What is made of a key once for all its calls. */
interface Keyed {
  readonly key: string | undefined
  readonly authorization: string
  readonly upstream: Upstream
}

/** One base URL with its credentials. */
export interface Endpoint {
  /**
   * Sends and resolves with an answer of status 2xx.
   * @throws {GatewayError} what any other status means; `upstream_bad_response` for a compressed body; whatever the transport throws.
   */
  send(request: EndpointRequest): Promise<EndpointResponse>
  close(): Promise<void>
}

/** @throws {GatewayError} `invalid_configuration` for headers that cannot be sent */
export function createEndpoint(options: EndpointOptions): Endpoint {
  const { id, apiKey } = options
  const headers = checkHeaders(options.headers, id)
  const headerSecrets = secretsIn(headers)
  const urls = new Map<string, URL>()
  let transport = options.transport
  let checkedKey: string | undefined
  /** Checked at the first call, which fails with a wrong one: a gateway must start without its keys. */
  const fixedKey = (): string | undefined => {
    if (typeof apiKey === 'string') checkedKey ??= sendableKey(apiKey, id)
    return checkedKey
  }
  let last: Keyed | undefined
  const keyedBy = (key: string | undefined): Keyed => {
    if (!last || last.key !== key) {
      const secrets = key === undefined ? headerSecrets : [key, ...headerSecrets]
      last = { key, authorization: `Bearer ${key}`, upstream: toUpstream(id, secrets) }
    }
    return last
  }
  function sendWith(key: string | undefined, request: EndpointRequest): Promise<EndpointResponse> {
    const { path, body, accept, signal, connectMs, requestId, traceHeaders } = request
    transport ??= nodeTransport()
    // A compressed stream would be held back by the decoder, and cannot be passed on byte for byte.
    const sent: Record<string, string> = { accept, 'accept-encoding': 'identity' }
    if (body) sent['content-type'] = 'application/json'
    const { authorization, upstream } = keyedBy(key)
    if (key !== undefined) sent.authorization = authorization
    if (requestId !== undefined) sent['x-client-request-id'] = requestId
    if (traceHeaders) Object.assign(sent, traceHeaders)
    for (const name in headers) sent[name] = headers[name]!
    const url = urls.get(path) ?? remember(urls, path, options.baseURL())
    const method = body ? 'POST' : 'GET'
    return transport.send({ method, url, headers: sent, body, signal, connectMs }).then(response => {
      if (response.status < 200 || response.status > 299) return throwUpstreamError(response, upstream, Date.now())
      return readable(response, upstream)
    })
  }
  return {
    /** Not by `await`, like all that a call waits in: it would hold more memory than the rest of the call. */
    send(request) {
      try {
        if (typeof apiKey !== 'function') return sendWith(fixedKey(), request)
        return askForKey(apiKey, id).then(key => sendWith(key, request))
      } catch (error) {
        return Promise.reject(error)
      }
    },
    // A transport that was given may serve others.
    close: async () => {
      if (options.transport === undefined) await transport?.close()
    },
  }
}

/**
 * A 2xx answer as the handlers take it.
 * @throws {GatewayError} `upstream_bad_response` for a body that is compressed; it is closed
 */
export function readable(response: UpstreamResponse, upstream: Upstream): EndpointResponse {
  const { status, headers, body } = response
  const encoding = contentEncoding(response)
  if (encoding === undefined) return { status, headers, body, upstream }
  void closeSource(body)
  throw badAnswer(upstream, `content-encoding ${encoding} although identity was asked for`)
}

function remember(urls: Map<string, URL>, path: string, baseURL: string): URL {
  const url = new URL(baseURL)
  // Not `new URL(path, baseURL)`: that would drop the base's own path. A query (`?api-version=`) stays.
  url.pathname = url.pathname.replace(/\/+$/, '') + path
  urls.set(path, url)
  return url
}
