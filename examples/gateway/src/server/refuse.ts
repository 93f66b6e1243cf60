import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { GatewayError } from '@modelgate/core'

/** Answers with an error in OpenAI's shape. */
export function refuse(response: ServerResponse, error: GatewayError, headers: OutgoingHttpHeaders): void {
  const { method = 'GET' } = response.req
  const bytes = Buffer.from(JSON.stringify(error.toBody()))
  // A body that nobody reads would keep the connection busy: the caller is told to open another.
  const unread = method === 'GET' || method === 'HEAD' ? {} : { connection: 'close' }
  const whole = { 'content-type': 'application/json', 'content-length': bytes.length }
  response.writeHead(error.status, { ...headers, ...unread, ...whole })
  response.end(bytes)
}
