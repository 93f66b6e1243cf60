import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { localhostHostValidation, localhostOriginValidation, toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, type McpServer } from '@modelcontextprotocol/server'
import { isLocal } from './settings.ts'

export interface HttpOptions {
  /** Default `127.0.0.1`. Any other wants a `token`. */
  readonly host?: string | undefined
  /** 0 takes a free one. */
  readonly port: number
  /** Callers must send it as `Authorization: Bearer …`. */
  readonly token?: string | undefined
}

export interface HttpServing extends AsyncDisposable {
  /** Where clients connect, such as `http://127.0.0.1:40123/mcp`. */
  readonly url: string
}

/**
 * Serves MCP over streamable HTTP under `/mcp`, a server for each request, in the revision that its client speaks.
 * On a loopback address requests of web pages are refused by their `Host` and `Origin`, or any page could search here.
 *
 * @throws {Error} where others could reach it without a token.
 */
export async function serveHttp(create: () => McpServer, options: HttpOptions): Promise<HttpServing> {
  const { host = '127.0.0.1', port, token } = options
  const isOurs = isLocal(host)
  if (!isOurs && !token) throw new Error(`${host} can be reached by others; set CATALOG_TOKEN, or serve on 127.0.0.1.`)
  const handler = createMcpHandler(create)
  const handle = toNodeHandler(handler)
  const isHost = localhostHostValidation()
  const isOrigin = localhostOriginValidation()
  const server = createServer((request, response) => {
    if (isOurs && !(isHost(request, response) && isOrigin(request, response))) return
    // Such as `//`, which is no address, and would end the process.
    if (URL.parse(request.url ?? '/', 'http://localhost')?.pathname !== '/mcp')
      return void response.writeHead(404).end()
    if (token && !isAuthorized(request, token)) {
      return void response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()
    }
    void handle(Object.assign(request, { method: request.method ?? 'GET', url: request.url ?? '/' }), response)
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}/mcp`,
    async [Symbol.asyncDispose]() {
      await handler.close()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** Compared as hashes, which are of one length and tell nothing by the time they take. */
function isAuthorized({ headers }: IncomingMessage, token: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(headers.authorization ?? ''), hash(`Bearer ${token}`))
}
