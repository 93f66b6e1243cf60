import type { Dispatcher, Client as UndiciClient, Pool as UndiciPool } from 'undici'

interface Classes {
  readonly Pool: typeof UndiciPool
  readonly Client: typeof UndiciClient
}

/** Connections to one origin, as undici keeps them. */
export interface KeptConnections {
  /** The handler's `connection` is set to the one that its request goes out on. */
  dispatch(options: Dispatcher.DispatchOptions, handler: KeptHandler): boolean
  close(): Promise<void>
}

/** A connection, over and over the same or a new one in its place. */
export interface KeptConnection {
  /** Requests that were written to the socket which is open now. */
  requests: number
}

/** A handler that knows by which connection it is answered. */
export interface KeptHandler extends Dispatcher.DispatchHandler {
  connection: KeptConnection | undefined
}

/**
 * Undici's pool without the rest of undici. Its main file takes as long again to load, and makes itself the dispatcher of Node's
 * own `fetch`, which is not ours to change. Where that file has moved, the main one it is.
 */
export async function loadUndici(): Promise<Classes> {
  try {
    const [{ default: Pool }, { default: Client }] = await Promise.all([
      import('undici/lib/dispatcher/pool.js'),
      import('undici/lib/dispatcher/client.js'),
    ])
    return { Pool, Client }
  } catch {
    return import('undici')
  }
}

/** How a pool of connections is kept. */
interface PoolOptions {
  readonly maxSockets: number
  readonly connectMs: number
}

/** A pool that tells each request which connection it got: whether that was a kept one decides if it may go out again. */
export function createPool({ Pool, Client }: Classes, origin: string, options: PoolOptions): KeptConnections {
  const Watched = watched(Client)
  const pool = new Pool(origin, {
    connections: options.maxSockets,
    connectTimeout: options.connectMs,
    // Answers come when they come: the call's own clock gives up, and no other.
    headersTimeout: 0,
    bodyTimeout: 0,
    // Between AWS's and OpenAI's own idle times, a minute and more, and undici's four seconds, which make most calls connect anew.
    keepAliveTimeout: 30_000,
    allowH2: false,
    factory: (url, clientOptions) => new Watched(url, clientOptions),
  })
  return { dispatch: (request, handler) => pool.dispatch(request, handler), close: () => pool.close() }
}

/** Clients that are themselves what is known of their connection: a thousand streams have one each. */
function watched(Client: Classes['Client']): Classes['Client'] {
  return class extends Client implements KeptConnection {
    requests = 0

    constructor(...args: ConstructorParameters<Classes['Client']>) {
      super(...args)
      this.on('connect', connected)
    }

    override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      if (isKept(handler)) handler.connection = this
      return super.dispatch(options, handler)
    }
  }
}

function isKept(handler: Dispatcher.DispatchHandler): handler is KeptHandler {
  return 'connection' in handler
}

/** Told by the client. */
function connected(this: KeptConnection): void {
  this.requests = 0
}
