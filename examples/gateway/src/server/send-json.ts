import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { GatewayError } from '@modelgate/core'

function sendJson(response: ServerResponse, status: number, body: unknown, headers: OutgoingHttpHeaders = {}): void {
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, { ...headers, 'content-type': 'application/json', 'content-length': bytes.length })
  response.end(bytes)
}

/** An error in OpenAI's shape. */
export function refuse(response: ServerResponse, error: GatewayError, headers: OutgoingHttpHeaders = {}): void {
  const { method = 'GET' } = response.req
  // A body that nobody reads would keep the connection busy: the caller is told to open another.
  const unread = method === 'GET' || method === 'HEAD' ? {} : { connection: 'close' }
  sendJson(response, error.status, error.toBody(), { ...headers, ...unread })
}
