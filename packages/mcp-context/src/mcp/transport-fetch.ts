import { GatewayError, isGatewayError, readBody, type Transport, type UpstreamRequest } from '@modelgate/core'
import { type RpcMessage, readEvents } from './read-events.ts'
import { refuser } from './refuser.ts'

/** Statuses whose answers have no body, which `Response` insists on. */
const bodiless: ReadonlySet<number> = new Set([101, 204, 205, 304])

/** What bounds the requests of one connection. */
interface TransportFetchOptions {
  readonly maxAnswerBytes: number
  /** Aborts when there is to be no request any more: a client that is closed while it connects goes on. */
  readonly ended: AbortSignal
}

/**
 * `fetch` for the MCP client over a transport of ours: connections of its own that can be closed, no redirects, no answer above the
 * limit. An answer is read to its end before the client sees it, and an event stream to what answers the request: the client would wait for ever
 * for the rest of one that was cut. What the server asks meanwhile is refused: it may wait for that before it answers. A GET is answered with 405: it would hold a connection open for messages that nothing here waits for.
 */
export function transportFetch(transport: Transport, { maxAnswerBytes, ended }: TransportFetchOptions): typeof fetch {
  return async (input, init = {}) => {
    const { method = 'GET', body, signal } = init
    if (method !== 'POST' && method !== 'DELETE') return new Response(null, { status: 405 })
    const request: UpstreamRequest = {
      method,
      url: new URL(input instanceof Request ? input.url : input),
      headers: Object.fromEntries(new Headers(init.headers)),
      body: typeof body === 'string' ? new TextEncoder().encode(body) : undefined,
      signal: signal ? AbortSignal.any([signal, ended]) : ended,
    }
    const answer = await transport.send(request)
    const { id, method: asked } = messageOf(body)
    let bytes: Uint8Array
    try {
      const isStream =
        answer.status === 200 && answer.headers['content-type']?.toLowerCase().startsWith('text/event-stream')
      bytes = isStream
        ? await readEvents(answer.body, { maxAnswerBytes, id, onRequest: refuser(transport, request) })
        : await readBody(answer.body, maxAnswerBytes)
    } catch (error) {
      await answer.body.return?.()
      throw isGatewayError(error) && ofQuery.has(asked) ? blamingQuery(error) : error
    }
    const { status } = answer
    return new Response(bodiless.has(status) ? null : new Uint8Array(bytes), {
      status,
      headers: toHeaders(answer.headers),
    })
  }
}

/** What one caller's words may have made too large: that costs the others no source. */
const ofQuery: ReadonlySet<unknown> = new Set(['tools/call', 'resources/read'])

function blamingQuery(error: GatewayError): GatewayError {
  return error.code === 'upstream_bad_response' ? new GatewayError('invalid_request', error.message) : error
}

/** A request as the client wrote it. */
function messageOf(body: RequestInit['body']): RpcMessage {
  const message: unknown = typeof body === 'string' ? JSON.parse(body) : undefined
  return typeof message === 'object' && message !== null ? message : {}
}

function toHeaders(found: Readonly<Record<string, string | readonly string[] | undefined>>): Headers {
  const headers = new Headers()
  // Node gives what may come more than once as a list.
  for (const [name, value] of Object.entries(found)) if (value !== undefined) headers.set(name, String(value))
  return headers
}
