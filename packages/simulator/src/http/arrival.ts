import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'

/** A request as it came, read to its end. */
export interface Arrival {
  readonly method: string
  /** Path and query, exactly as received: the signature covers these very characters. */
  readonly path: string
  /** Lower-case names; `host` holds HTTP/2's `:authority`. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Reads a request of either HTTP version. Rejects when the client goes away before its end. */
export async function readArrival(incoming: IncomingMessage | Http2ServerRequest): Promise<Arrival> {
  const chunks: Uint8Array[] = []
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk as Uint8Array))
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (name.startsWith(':') || value === undefined) continue
    headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  const authority = incoming.headers[':authority']
  if (typeof authority === 'string') headers.host ??= authority
  return { method: incoming.method ?? 'GET', path: incoming.url ?? '/', headers, body: Buffer.concat(chunks) }
}
