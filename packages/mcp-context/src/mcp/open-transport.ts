import type { Transport as McpTransport } from '@modelcontextprotocol/client'
import { nodeTransport } from '@modelgate/core/node'
import { boundChild } from './bound-child.ts'
import { isChildServer } from './check-mcp-options.ts'
import { loadClient, loadStdio } from './load-client.ts'
import type { ChildServer, HttpServer } from './mcp-source-options.ts'
import { transportFetch } from './transport-fetch.ts'
import { withinTime } from './within-time.ts'

/** Milliseconds that a server has to hear of the end of its session. */
const farewellMs = 1_000

/** The way to one server, and what ends it. */
export interface OpenTransport {
  readonly transport: McpTransport
  /** Ends the server's session, where it keeps one. */
  leave(): Promise<void>
  /** Gives up what is under way, closes connections, and opens none any more. */
  end(): Promise<void>
}

/** The way to an MCP server: over streamable HTTP, or by a process of its own. */
export async function openTransport(server: HttpServer | ChildServer, maxAnswerBytes: number): Promise<OpenTransport> {
  return isChildServer(server) ? openChild(server, maxAnswerBytes) : openHttp(server, maxAnswerBytes)
}

async function openChild({ command, args = [], cwd, env }: ChildServer, maxBufferSize: number): Promise<OpenTransport> {
  const { getDefaultEnvironment, StdioClientTransport } = await loadStdio()
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    env: { ...getDefaultEnvironment(), ...env },
    // What a server writes there may hold anything; this process's own output is for its operators.
    stderr: 'ignore',
    maxBufferSize,
    ...(cwd === undefined ? {} : { cwd }),
  })
  boundChild(transport, maxBufferSize)
  const nothing = (): Promise<void> => Promise.resolve()
  return { transport, leave: nothing, end: nothing }
}

async function openHttp({ url, token, transport: given }: HttpServer, maxAnswerBytes: number): Promise<OpenTransport> {
  const { StreamableHTTPClientTransport } = await loadClient()
  const http = given ?? nodeTransport()
  const ended = new AbortController()
  const bearer = (): string => (typeof token === 'object' ? token.reveal() : (token ?? ''))
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    fetch: transportFetch(http, { maxAnswerBytes, ended: ended.signal }),
    // Otherwise the client itself would follow those within the origin.
    requestInit: { redirect: 'error' },
    ...(token === undefined ? {} : { authProvider: { token: () => Promise.resolve(bearer()) } }),
  })
  return {
    transport,
    // One that hangs would hold up the end of this process; the request is given up when its client is closed.
    leave: () => withinTime(transport.terminateSession(), farewellMs).catch(() => undefined),
    async end() {
      ended.abort()
      if (!given) await http.close()
    },
  }
}
