import { GatewayError } from '@modelgate/core'
import type { SourceState } from '../context-source.ts'
import { type ConnectOptions, connect, type McpConnection } from './mcp-connection.ts'

/** One connection, made when it is asked for. */
export interface KeptConnection {
  /** The one there is, or is being made; a new one where the last was lost or could not be made. */
  connection(): Promise<McpConnection>
  /** Asks over a connection, which is closed before the answer is there only by `close()`. */
  use<T>(connection: McpConnection, ask: () => Promise<T>): Promise<T>
  /** Where it still is the one that is kept, the next search connects anew; it is closed when nobody uses it any more. */
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
  readonly #closed = new AbortController()
  /** How many ask over a connection now. */
  readonly #users = new Map<McpConnection, number>()
  readonly #dropped = new Set<McpConnection>()
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

  async use<T>(connection: McpConnection, ask: () => Promise<T>): Promise<T> {
    this.#users.set(connection, (this.#users.get(connection) ?? 0) + 1)
    try {
      return await ask()
    } finally {
      const others = (this.#users.get(connection) ?? 1) - 1
      if (others > 0) this.#users.set(connection, others)
      else {
        this.#users.delete(connection)
        if (this.#dropped.delete(connection)) this.#end(connection)
      }
    }
  }

  drop(connection: McpConnection): void {
    if (this.#current !== connection) return
    this.#current = undefined
    this.#hasFailed = true
    // One search that failed would fail all others with it.
    if (this.#users.has(connection)) this.#dropped.add(connection)
    else this.#end(connection)
  }

  state(): Pick<SourceState, 'state' | 'detail'> {
    if (this.#current && !this.#current.isLost()) {
      return { state: 'connected', detail: `MCP ${this.#current.version}, ${this.#current.serverName}` }
    }
    return { state: this.#hasFailed || this.#current ? 'disconnected' : 'idle' }
  }

  async close(): Promise<void> {
    this.#closed.abort(closedError())
    if (this.#current) this.#end(this.#current)
    this.#current = undefined
    for (const connection of this.#dropped) this.#end(connection)
    this.#dropped.clear()
    await this.#connecting?.catch(() => undefined)
    await Promise.all(this.#closing)
  }

  async #open(): Promise<McpConnection> {
    try {
      const made = await connect(this.#options, this.#closed.signal)
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

  get #isClosed(): boolean {
    return this.#closed.signal.aborted
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
