import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'

/** How the server takes a call of its tool: anything but `well` is a way to fail. */
export type Mood = 'well' | 'hangs' | 'fails' | 'garbage' | 'cut' | 'huge' | 'elsewhere' | 'is-error'

/** An MCP server over HTTP with one tool `search`, whose behaviour a test switches. */
export interface SwitchableServer extends AsyncDisposable {
  readonly url: string
  readonly requests: { readonly method: string; readonly rpc: string; readonly authorization: string | undefined }[]
  mood: Mood
  description: string
  /** Fulfilled when a call has been taken that is not answered. */
  hanging: Promise<void>
  openSockets(): number
  /** Ends the server with all its connections; `restart()` brings it up again at the same address. */
  kill(): Promise<void>
  restart(): Promise<void>
}

const tool = z.object({ query: z.string(), limit: z.number() })

export async function startSwitchableServer(): Promise<SwitchableServer> {
  const hung = Promise.withResolvers<void>()
  const sockets = new Set<Socket>()
  const requests: SwitchableServer['requests'] = []
  const handle = toNodeHandler(
    createMcpHandler(() => {
      const server = new McpServer({ name: 'switchable', version: '1' })
      const annotations = { readOnlyHint: true }
      server.registerTool('search', { description: state.description, inputSchema: tool, annotations }, ({ query }) => {
        if (state.mood === 'is-error') return { isError: true, content: [{ type: 'text', text: `failed: ${query}` }] }
        const filler = state.mood === 'huge' ? 'x'.repeat(100_000) : ''
        const found = { items: [{ productId: query, filler }], ttlMs: 5000, cacheScope: 'public' }
        return { content: [], structuredContent: found }
      })
      server.registerResource(
        'memo',
        'memo://tent%20peg',
        { cacheHint: { ttlMs: 900, cacheScope: 'public' } },
        uri => ({
          contents: [{ uri: uri.href, text: '{"productId":"peg"}' }],
        }),
      )
      return server
    }),
  )
  const http = createServer((request, response) => void answer(request, response))
  http.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = Buffer.concat(await request.toArray()).toString()
    const { method: rpc = '' } = text === '' ? {} : (JSON.parse(text) as { method?: string })
    const { method = 'GET', url = '/', headers } = request
    requests.push({ method, rpc, authorization: headers.authorization })
    if (rpc === 'tools/call' && misbehave(state.mood, response)) return hung.resolve()
    await handle(Object.assign(request, { method, url }), response, text === '' ? undefined : JSON.parse(text))
  }

  async function listen(port: number): Promise<number> {
    http.listen(port, '127.0.0.1')
    await once(http, 'listening')
    return (http.address() as AddressInfo).port
  }
  async function kill(): Promise<void> {
    const closed = new Promise(resolve => http.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }

  const port = await listen(0)
  const state: SwitchableServer = {
    url: `http://127.0.0.1:${port}/mcp`,
    requests,
    mood: 'well',
    description: 'Searches.',
    hanging: hung.promise,
    openSockets: () => sockets.size,
    kill,
    restart: async () => void (await listen(port)),
    [Symbol.asyncDispose]: kill,
  }
  return state
}

/** Whether the mood has answered, or never will. */
function misbehave(mood: Mood, response: ServerResponse): boolean {
  if (mood === 'fails') response.writeHead(500, { 'content-type': 'text/plain' }).end('out of order: key=hunter2')
  else if (mood === 'garbage') response.writeHead(200, { 'content-type': 'application/json' }).end('{"jsonrpc":<html>')
  else if (mood === 'elsewhere') response.writeHead(307, { location: '/elsewhere' }).end()
  else if (mood === 'cut') {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: message\ndata: {"jsonrpc"')
    setImmediate(() => response.destroy())
  } else return mood === 'hangs'
  return true
}
