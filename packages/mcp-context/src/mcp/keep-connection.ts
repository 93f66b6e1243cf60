import { GatewayError } from '@modelgate/core'
import type { SourceState } from '../context-source.ts'
import { type ConnectOptions, connect, type McpConnection } from './mcp-connection.ts'

/** One connection, made when it is asked for. */
export interface KeptConnection {
  /** The one there is, or is being made; a new one where the last was lost or could not be made. */
  connection(): Promise<McpConnection>
  /** Closes it, where it still is the one that is kept: the next search connects anew. */
  drop(connection: McpConnection): void
  state(): Pick<SourceState, 'state' | 'detail'>
  /** Waits until no socket and no child process is left. */
  close(): Promise<void>
}

export function keepConnection(options: ConnectOptions): KeptConnection {
  let current: McpConnection | undefined
  let connecting: Promise<McpConnection> | undefined
  let hasFailed = false
  let isClosed = false
  const closing = new Set<Promise<void>>()

  function end(connection: McpConnection): void {
    const done = connection
      .close()
      .catch(() => undefined)
      .finally(() => closing.delete(done))
    closing.add(done)
  }

  function drop(connection: McpConnection): void {
    if (current !== connection) return
    current = undefined
    hasFailed = true
    end(connection)
  }

  async function open(): Promise<McpConnection> {
    try {
      const made = await connect(options)
      if (isClosed) {
        end(made)
        throw closedError()
      }
      hasFailed = false
      current = made
      return made
    } catch (error) {
      hasFailed = true
      throw error
    } finally {
      connecting = undefined
    }
  }

  return {
    async connection() {
      if (isClosed) throw closedError()
      if (current?.isLost()) drop(current)
      if (current) return current
      connecting ??= open()
      return connecting
    },
    drop,
    state() {
      if (current && !current.isLost()) {
        return { state: 'connected', detail: `MCP ${current.version}, ${current.serverName}` }
      }
      return { state: hasFailed || current ? 'disconnected' : 'idle' }
    },
    async close() {
      isClosed = true
      if (current) end(current)
      current = undefined
      await connecting?.catch(() => undefined)
      await Promise.all(closing)
    },
  }
}

const closedError = (): GatewayError => new GatewayError('shutting_down', 'The MCP source has been closed.')
