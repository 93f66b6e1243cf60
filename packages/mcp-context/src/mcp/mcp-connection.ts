import type { CallToolResult, Client, JsonSchemaValidator, ReadResourceResult } from '@modelcontextprotocol/client'
import { abortError } from '@modelgate/core'
import { loadClient } from './load-client.ts'
import type { McpSourceOptions } from './mcp-source-options.ts'
import { type OpenTransport, openTransport } from './open-transport.ts'
import type { DescribedTool } from './tool-pin.ts'
import { waitFor } from './wait-for.ts'
import { withinTime } from './within-time.ts'

/** A server that answers, until it is lost. */
export interface McpConnection {
  /** Of the protocol, such as `2026-07-28`. */
  readonly version: string
  readonly serverName: string
  /** Whether the server has closed it, or the child process has ended. */
  isLost(): boolean
  call(tool: { name: string; arguments: Record<string, unknown> }, signal: AbortSignal): Promise<CallToolResult>
  read(uri: string, signal: AbortSignal): Promise<ReadResourceResult>
  /** What the server says of its tools now. */
  tools(): Promise<readonly DescribedTool[]>
  /** Ends sockets, session and child process. */
  close(): Promise<void>
}

/** What `connect` needs of the options, with its defaults. */
export type ConnectOptions = Pick<McpSourceOptions, 'server'> & {
  readonly maxAnswerBytes: number
  readonly connectTimeoutMs: number
}

/** What a server may ask back or offer is taken up in no case: it answers searches. */
const clientOptions = {
  versionNegotiation: { mode: 'auto' },
  inputRequired: { autoFulfill: false },
  // Schemas come from the server, and would be compiled and run here. What is taken of an answer is checked by who takes it.
  jsonSchemaValidator: {
    getValidator<T>(): JsonSchemaValidator<T> {
      return data => ({ valid: true, data: data as T, errorMessage: undefined })
    },
  },
} as const

/** Milliseconds after which a child process that ignores all else is killed, and some more. */
const killedMs = 3_000

/**
 * @param signal aborts when nobody wants a connection any more
 * @throws {GatewayError} `timeout_connect`, `invalid_configuration`, why the signal aborted; else what the client throws.
 */
export async function connect(options: ConnectOptions, signal: AbortSignal): Promise<McpConnection> {
  const { Client } = await loadClient()
  if (signal.aborted) throw abortError(signal)
  const client = new Client({ name: 'modelgate', version: '1' }, clientOptions)
  const opened = await openTransport(options.server, options.maxAnswerBytes)
  let isLost = false
  client.onclose = () => {
    isLost = true
  }
  // It is told to whoever waits for an answer, too.
  client.onerror = () => undefined
  const connecting = client.connect(opened.transport, { timeout: options.connectTimeoutMs })
  try {
    await waitFor(withinTime(connecting, options.connectTimeoutMs), signal)
  } catch (error) {
    await closeBoth(client, opened, connecting)
    throw error
  }
  const { name = '', version = '' } = client.getServerVersion() ?? {}
  return {
    version: client.getNegotiatedProtocolVersion() ?? 'unknown',
    serverName: printable(`${name} ${version}`),
    isLost: () => isLost,
    call: (tool, signal) => client.callTool(tool, { signal }),
    read: (uri, signal) => client.readResource({ uri }, { signal, cacheMode: 'bypass' }),
    async tools() {
      // Of a server that offers none the client tells on standard output, which is the app's own.
      if (!client.getServerCapabilities()?.tools) return []
      return (await client.listTools(undefined, { cacheMode: 'bypass', timeout: options.connectTimeoutMs })).tools
    },
    close: () => closeBoth(client, opened, connecting),
  }
}

async function closeBoth(client: Client, opened: OpenTransport, connecting: Promise<void>): Promise<void> {
  await opened.leave()
  await client.close()
  // Where it never came to a connection the client does not know of it.
  await opened.transport.close()
  await opened.end()
  // The process that was asked which revision it speaks is one of the client's own, which it ends before it gives up.
  await withinTime(connecting, killedMs).catch(() => undefined)
}

/** A name comes from the server: short, and of characters that can do nothing in a log. */
const printable = (text: string): string =>
  text
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
    .slice(0, 80)
