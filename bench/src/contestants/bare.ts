import http from 'node:http'
import { Pool } from 'undici'
import { serve } from '../machine/serve.ts'
import { leastPolicy } from './least-policy.ts'
import type { LeastTelemetry } from './least-telemetry.ts'

/*
 * The floor: the least that a proxy on Node can do. `node:http`, the body buffered, fixed headers, undici's `Pool.dispatch`, and
 * nothing else: no key, no check, no deadline, and nobody notices when the client leaves. Without UPSTREAM_PATH a request's own path is kept. With POLICY `least` it has the least policy, too,
 * with TELEMETRY `least` the least of telemetry, and with BODY `parsed` it looks into the request as whoever goes by its model must.
 */

const { UPSTREAM = '', UPSTREAM_PATH, POLICY, TELEMETRY, BODY } = process.env
const policy = POLICY === 'least' ? leastPolicy() : undefined
const telemetry: LeastTelemetry | undefined =
  TELEMETRY === 'least' ? (await import('./least-telemetry.ts')).leastTelemetry() : undefined
const { origin } = new URL(UPSTREAM)
const pool = new Pool(origin, {
  connections: 1024,
  headersTimeout: 0,
  bodyTimeout: 0,
  allowH2: false,
  keepAliveTimeout: 30_000,
})
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const headers = { 'content-type': 'application/json', authorization: 'Bearer bench' }

const server = http.createServer((request, response) => {
  const reads: Buffer[] = []
  request.on('data', (read: Buffer) => reads.push(read))
  request.on('end', () => {
    const body = reads.length === 1 ? reads[0]! : Buffer.concat(reads)
    if (BODY === 'parsed') JSON.parse(decoder.decode(body))
    pool.dispatch({ path: UPSTREAM_PATH ?? request.url!, method: 'POST', headers, body }, forwardTo(request, response))
  })
})

function forwardTo(request: http.IncomingMessage, response: http.ServerResponse): Parameters<typeof pool.dispatch>[1] {
  const ended = telemetry?.begin()
  return {
    onRequestStart() {},
    onResponseStart(_controller, status, answered) {
      policy?.begin(request, response)
      const length = answered['content-length']
      response.setHeader('content-type', answered['content-type'] ?? '')
      if (length !== undefined) response.setHeader('content-length', length)
      response.statusCode = status
    },
    onResponseData(controller, bytes) {
      // To a client that has left nothing is written, and no `drain` would come: what is left of the answer is read and dropped.
      if (response.write(bytes) || response.destroyed) return
      controller.pause()
      response.once('drain', () => controller.resume())
    },
    onResponseEnd() {
      response.end()
      policy?.end()
      ended?.()
    },
    onResponseError: () => void response.destroy(),
  }
}

serve(server)
