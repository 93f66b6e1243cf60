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

/** A connection that is made when it is needed, shared, and made anew when it broke. */
export function keepConnection(options: ConnectOptions): KeptConnection {
  return new Kept(options)
}

class Kept implements KeptConnection {
  readonly #options: ConnectOptions
  #current: McpConnection | undefined
  #connecting: Promise<McpConnection> | undefined
  #hasFailed = false
  #isClosed = false
  readonly #closing = new Set<Promise<void>>()

  constructor(options: ConnectOptions) {
    this.#options = options
  }

  async connection(): Promise<McpConnection> {
    if (this.#isClosed) throw closedError()
    if (this.#current?.isLost()) this.drop(this.#current)
    if (this.#current) return this.#current
    this.#connecting ??= this.#open()
    return this.#connecting
  }

  drop(connection: McpConnection): void {
    if (this.#current !== connection) return
    this.#current = undefined
    this.#hasFailed = true
    this.#end(connection)
  }

  state(): Pick<SourceState, 'state' | 'detail'> {
    if (this.#current && !this.#current.isLost()) {
      return { state: 'connected', detail: `MCP ${this.#current.version}, ${this.#current.serverName}` }
    }
    return { state: this.#hasFailed || this.#current ? 'disconnected' : 'idle' }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#current) this.#end(this.#current)
    this.#current = undefined
    await this.#connecting?.catch(() => undefined)
    await Promise.all(this.#closing)
  }

  async #open(): Promise<McpConnection> {
    try {
      const made = await connect(this.#options)
      if (this.#isClosed) {
        this.#end(made)
        throw closedError()
      }
      this.#hasFailed = false
      this.#current = made
      return made
    } catch (error) {
      this.#hasFailed = true
      throw error
    } finally {
      this.#connecting = undefined
    }
  }

  #end(connection: McpConnection): void {
    const done = connection
      .close()
      .catch(() => undefined)
      .finally(() => this.#closing.delete(done))
    this.#closing.add(done)
  }
}

const closedError = (): GatewayError => new GatewayError('shutting_down', 'The MCP source has been closed.')
