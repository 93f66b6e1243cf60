import type { Transport as McpTransport } from '@modelcontextprotocol/client'
import { nodeTransport } from '@modelgate/core/node'
import { loadClient, loadStdio } from './load-client.ts'
import type { ChildServer, HttpServer } from './mcp-source-options.ts'
import { transportFetch } from './transport-fetch.ts'

/** The way to one server, and what ends it. */
export interface OpenTransport {
  readonly transport: McpTransport
  /** Ends the server's session, where it keeps one; then its connections are of no use. */
  end(): Promise<void>
}

export async function openTransport(server: HttpServer | ChildServer, maxAnswerBytes: number): Promise<OpenTransport> {
  return 'command' in server ? openChild(server, maxAnswerBytes) : openHttp(server, maxAnswerBytes)
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
  return { transport, end: () => Promise.resolve() }
}

async function openHttp({ url, token, transport: given }: HttpServer, maxAnswerBytes: number): Promise<OpenTransport> {
  const { StreamableHTTPClientTransport } = await loadClient()
  const http = given ?? nodeTransport()
  const bearer = typeof token === 'object' ? token.reveal() : token
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    fetch: transportFetch(http, maxAnswerBytes),
    // Otherwise the client itself would follow those within the origin.
    requestInit: { redirect: 'error' },
    ...(bearer === undefined ? {} : { authProvider: { token: () => Promise.resolve(bearer) } }),
  })
  return {
    transport,
    async end() {
      await transport.terminateSession().catch(() => undefined)
      if (!given) await http.close()
    },
  }
}
