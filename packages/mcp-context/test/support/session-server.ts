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
  /** Answers by an event stream: that is ended behind the answer, left open, or ended before the answer. */
  stream: 'none' | 'ended' | 'open' | 'unanswered'
  /** What it asks back in its event streams, and answers only when it has been told something. */
  readonly asks: string[]
  /** The revision that it says it speaks. */
  version: string
  capabilities: object
  /** What it was told. */
  readonly told: object[]
  /** Answers what hung. */
  goOn(): void
  /** No session that there is is known any more, as after a restart. */
  forget(): void
  openSockets(): number
}

const tools = [{ name: 'search', inputSchema: { type: 'object' } }]
const serverInfo = { name: 'old', version: '1' }
const results = new Map<string, object>([
  ['tools/list', { tools }],
  ['tools/call', { content: [], structuredContent: { items: [{ productId: 'p-1' }] } }],
])

export async function startSessionServer(): Promise<SessionServer> {
  const requests: string[] = []
  const hangsAt = new Set<string>()
  const failsAt = new Set<string>()
  const hanging: (() => void)[] = []
  const asks: string[] = []
  const told: object[] = []
  const onTold: (() => void)[] = []
  let session = 1
  const sockets = new Set<Socket>()
  const server = createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString()
    const said: { method?: string; id?: number } = text === '' ? {} : JSON.parse(text)
    const { method = request.method ?? '', id } = said
    if ('result' in said || 'error' in said) {
      told.push(said)
      onTold.shift()?.()
      return void response.writeHead(202).end()
    }
    requests.push(method)
    if (failsAt.has(method)) return void response.writeHead(500).end()
    if (hangsAt.has(method)) await new Promise<void>(resolve => hanging.push(resolve))
    const known = request.headers['mcp-session-id'] ?? `session-${session}`
    // Some say of all that they answer that it is a stream.
    const refused = state.stream === 'none' ? {} : { 'content-type': 'text/event-stream' }
    if (known !== `session-${session}`) return void response.writeHead(404, refused).end()
    const result =
      method === 'initialize'
        ? { protocolVersion: state.version, capabilities: state.capabilities, serverInfo }
        : results.get(method)
    if (id === undefined) return void response.writeHead(202).end()
    const answer = result ? { result } : { error: { code: -32601, message: 'Method not found' } }
    const message = JSON.stringify({ jsonrpc: '2.0', id, ...answer })
    const isStream = state.stream !== 'none'
    const type = isStream ? 'text/event-stream' : 'application/json'
    response.writeHead(200, { 'content-type': type, 'mcp-session-id': known })
    if (!isStream) return void response.end(message)
    // Other messages than the answer, some of which look like it.
    for (const other of [': hello', `data: ${JSON.stringify({ id, method: 'ping' })}`, 'data: {"result":']) {
      response.write(`${other}\r\n\r\n`)
    }
    for (const [at, asked] of (method === 'tools/call' ? asks : []).entries()) {
      response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id: `s-${at}`, method: asked, params: {} })}\n\n`)
      await new Promise<void>(resolve => onTold.push(resolve))
    }
    if (state.stream === 'unanswered' && method === 'tools/call') return void response.end()
    const half = Math.floor(message.length / 2)
    response.write(`id: 7\ndata: ${message.slice(0, half)}`)
    await new Promise(resolve => setImmediate(resolve))
    response.write(`${message.slice(half)}\n\n`)
    if (state.stream !== 'open') response.end()
  })
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const state: SessionServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    requests,
    hangsAt,
    failsAt,
    stream: 'none',
    version: '2025-11-25',
    capabilities: { tools: {} },
    asks,
    told,
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
  return state
}
