import { GatewayError, readBody, type Transport, type UpstreamRequest } from '@modelgate/core'
import type { RpcMessage } from './read-events.ts'

/** Requests that a server may make before it answers one: each costs a request here. */
const mostAsked = 16
const mostBytes = 65_536
/** JSON-RPC's. */
const methodNotFound = -32601

/**
 * Refuses what a server asks while it answers a request, over the same session; it is not waited for. Only a `ping` is answered.
 * @throws {GatewayError} `upstream_bad_response` where the server asks without end.
 */
export function refuser(transport: Transport, request: UpstreamRequest): (asked: RpcMessage) => void {
  let count = 0
  return ({ id, method }) => {
    count += 1
    if (count > mostAsked) {
      throw new GatewayError('upstream_bad_response', `The server asks more than ${mostAsked} times before it answers.`)
    }
    const said = method === 'ping' ? { result: {} } : { error: { code: methodNotFound, message: 'Method not found' } }
    const body = new TextEncoder().encode(JSON.stringify({ jsonrpc: '2.0', id, ...said }))
    transport
      .send({ ...request, body })
      .then(answer => readBody(answer.body, mostBytes))
      .catch(() => undefined)
  }
}
