import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** An MCP server of 2025-11-25 that keeps sessions, and hangs where it is told to. */
export interface SessionServer extends AsyncDisposable {
  readonly url: string
  /** Methods of JSON-RPC, and `DELETE` for the end of a session, as they came. */
  readonly requests: string[]
  /** What is never answered. */
  readonly hangsAt: Set<string>
  /** What is answered with 500. */
  readonly failsAt: Set<string>
  /** Answers what hung. */
  goOn(): void
  /** No session that there is is known any more, as after a restart. */
  forget(): void
  openSockets(): number
}

const tools = [{ name: 'search', inputSchema: { type: 'object' } }]
const results = new Map<string, object>([
  [
    'initialize',
    { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'old', version: '1' } },
  ],
  ['tools/list', { tools }],
  ['tools/call', { content: [], structuredContent: { items: [{ productId: 'p-1' }] } }],
])

export async function startSessionServer(): Promise<SessionServer> {
  const requests: string[] = []
  const hangsAt = new Set<string>()
  const failsAt = new Set<string>()
  const hanging: (() => void)[] = []
  let session = 1
  const sockets = new Set<Socket>()
  const server = createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString()
    const { method = request.method ?? '', id } =
      text === '' ? {} : (JSON.parse(text) as { method?: string; id?: number })
    requests.push(method)
    if (failsAt.has(method)) return void response.writeHead(500).end()
    if (hangsAt.has(method)) await new Promise<void>(resolve => hanging.push(resolve))
    const known = request.headers['mcp-session-id'] ?? `session-${session}`
    if (known !== `session-${session}`) return void response.writeHead(404).end()
    const result = results.get(method)
    if (id === undefined) return void response.writeHead(202).end()
    const answer = result ? { result } : { error: { code: -32601, message: 'Method not found' } }
    response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': known })
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
  })
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    requests,
    hangsAt,
    failsAt,
    goOn() {
      for (const resolve of hanging.splice(0)) resolve()
    },
    forget() {
      session += 1
    },
    openSockets: () => sockets.size,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
