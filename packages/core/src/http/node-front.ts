import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import { Socket } from 'node:net'
import { CallController } from '../call-controller.ts'
import { bodyTooLarge, GatewayError } from '../errors.ts'
import { loadLateParts } from '../load-late-parts.ts'
import type { Principal } from '../principal.ts'
import { listWith } from '../short-list.ts'
import { afterInput, callBegins, callEnds } from '../turn.ts'
import { checkMount } from './check-mount.ts'
import type { Door } from './door.ts'
import { doorOf } from './door-of.ts'
import type { DoorRequest } from './front.ts'
import { clientLeft, NodeSink } from './node-sink.ts'
import { outsidePath, withoutBasePath } from './without-base-path.ts'

/** What only the host of a Node server knows. */
export interface NodeHandlerOptions {
  /** A prefix the gateway is mounted under and its host does not strip, such as `/llm`. Express strips its own. */
  readonly basePath?: string | undefined
  /** The host's own login: who calls, from the request as the host knows it. `undefined` leaves it to the gateway's `auth`. */
  readonly principal?:
    | ((request: IncomingMessage) => Principal | undefined | Promise<Principal | undefined>)
    | undefined
}

/** A handler for `node:http`, Express and Connect. With `next`, a path that is not the gateway's goes on to the host. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void

/**
 * Mounts a gateway on Node. A body that the host has parsed already is used as it is.
 * @throws {GatewayError} `invalid_configuration` for what is no gateway, and an option that is none or of the wrong kind.
 */
export function toNodeHandler(gateway: { readonly door: Door }, options: NodeHandlerOptions = {}): NodeHandler {
  const door = doorOf(gateway, 'toNodeHandler()')
  checkMount(options, 'toNodeHandler()')
  loadLateParts()
  return (request, response, next) => {
    const whole = pathOf(request.url)
    const path = withoutBasePath(whole, options.basePath)
    if (next && (path === undefined || !door.serves(path))) return next()
    callBegins()
    afterInput(() => {
      try {
        const controller = new CallController()
        const unwatch = watch(request, response, controller)
        const doorRequest = new NodeRequest(request, {
          path: path ?? outsidePath(whole),
          controller,
          login: options.principal,
        })
        void door.handle(doorRequest, new NodeSink(response, controller)).then(() => {
          unwatch()
          callEnds()
          if (request.httpVersionMajor === 2) endUnread(request, response)
        })
      } catch (cause) {
        // A request that is none, of a host's own making: the host is not on the stack any more, and the process must not end.
        callEnds()
        response.destroy(cause instanceof Error ? cause : undefined)
      }
    })
  }
}

/**
 * Proxies, and what was told to use one, name the host in the request line; a server must take that, too.
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
 */
function pathOf(url = '/'): string {
  if (url.startsWith('/')) return url
  const path = url.replace(/^https?:\/\/[^/?#]*/i, '')
  // Without its slash it would be taken for one outside the base path.
  return path.startsWith('/') ? path : `/${path}`
}

/**
 * A body over HTTP/2 that goes on after its answer: its stream would stay open for as long as its client likes, with what was read.
 * @see https://www.rfc-editor.org/rfc/rfc9113#section-8.1-5.1
 */
function endUnread(
  request: IncomingMessage,
  response: ServerResponse & Partial<Pick<Http2ServerResponse, 'stream'>>,
): void {
  // Of one that nobody began to read, Node takes care.
  if (request.readableDidRead && !request.complete) response.stream?.close()
}

/** The calls that end when their connection closes, kept at the connection: a host may make a handler for each request. */
const openCalls = Symbol.for('modelgate.openCalls')

interface WatchedSocket extends Socket {
  [openCalls]?: readonly CallController[]
}

/** Of those that have none. */
const none: readonly CallController[] = []

/**
 * Watches for a client who leaves, until it is called off. One listener a connection, however many requests it brings: one a
 * request costs a tenth of what a bare proxy needs in all.
 */
function watch(request: IncomingMessage, response: ServerResponse, controller: CallController): () => void {
  const socket: WatchedSocket = request.socket
  // A client who left while the host was still busy with its own: its `close` has been and will not come again.
  if (response.destroyed || socket.destroyed) controller.abort(clientLeft())
  // Over HTTP/2 many requests share a socket, and some test tools have none.
  if (request.httpVersionMajor !== 1 || !(socket instanceof Socket)) {
    const onClose = (): void => controller.abort(clientLeft())
    response.on('close', onClose)
    return () => response.off('close', onClose)
  }
  const before = socket[openCalls]
  if (!before) watchSocket(socket)
  socket[openCalls] = listWith(before ?? none, controller)
  return () => {
    const open = socket[openCalls] ?? none
    socket[openCalls] = open.length > 1 ? open.filter(other => other !== controller) : none
  }
}

function watchSocket(socket: WatchedSocket): void {
  socket.on('close', () => {
    for (const controller of socket[openCalls] ?? none) controller.abort(clientLeft())
  })
}

interface Mounted {
  /** Without the base path. */
  readonly path: string
  readonly controller: CallController
  readonly login: NodeHandlerOptions['principal']
}

/** A request of Node's as the door takes it. */
class NodeRequest implements DoorRequest {
  readonly method: string
  readonly path: string
  readonly headers: DoorRequest['headers']
  readonly doubled: readonly string[] | undefined
  readonly parsedBody: unknown
  readonly controller: CallController
  private readonly request: IncomingMessage
  private readonly login: NodeHandlerOptions['principal']
  private knownAddress: string | undefined

  constructor(request: IncomingMessage, { path, controller, login }: Mounted) {
    this.request = request
    this.method = request.method ?? 'GET'
    this.path = path
    // Node joins repeated headers into one string, but for set-cookie, which no request carries.
    this.headers = request.headers as DoorRequest['headers']
    this.doubled = doubledHeaders(request.rawHeaders)
    // Of an empty body nothing was read.
    const isRead = request.readableDidRead || request.readableEnded
    this.parsedBody = isRead ? (request as { body?: unknown }).body : undefined
    this.controller = controller
    this.login = login
  }

  /** Kept once it was asked for: of a client who has left, Node knows none. */
  get address(): string | undefined {
    this.knownAddress ??= this.request.socket.remoteAddress
    return this.knownAddress
  }

  principal(): Principal | undefined | PromiseLike<Principal | undefined> {
    return this.login?.(this.request)
  }

  readBody(limitBytes: number): Uint8Array | Promise<Uint8Array> {
    return readNodeBody(this.request, limitBytes)
  }

  streamBody(): AsyncIterable<Uint8Array> {
    return streamNodeBody(this.request)
  }
}

/** What nobody reads is passed over: its client may be sending still, and would not look at its answer before. */
async function* streamNodeBody(request: IncomingMessage): AsyncGenerator<Uint8Array, void, void> {
  try {
    for await (const read of request.iterator({ destroyOnReturn: false })) yield bytesOf(read as NodeRead, request)
  } finally {
    if (!request.destroyed) request.resume()
  }
}

/**
 * Node keeps the first of two Authorization headers and says nothing, and makes one of two idempotency keys: which of the two was
 * meant would be a guess.
 */
function doubledHeaders(rawHeaders: readonly string[]): readonly string[] | undefined {
  let authorizations = 0
  let keys = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!
    if (name.length === 13 && name.toLowerCase() === 'authorization') authorizations += 1
    else if (name.length === 15 && name.toLowerCase() === 'idempotency-key') keys += 1
  }
  if (authorizations < 2 && keys < 2) return undefined
  return [...(authorizations > 1 ? ['authorization'] : []), ...(keys > 1 ? ['idempotency-key'] : [])]
}

function readNodeBody(request: IncomingMessage, limitBytes: number): Uint8Array | Promise<Uint8Array> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw bodyTooLarge(limitBytes)
  if (request.readableDidRead) {
    throw new GatewayError(
      'invalid_configuration',
      'The host read the request body before the gateway, and did not keep it in request.body: mount the gateway before the body parser.',
    )
  }
  // Empty, and at its end: no event will come, and nobody has left.
  if (request.readableEnded) return Buffer.alloc(0)
  // A client who left while the door looked at its key: no event will come any more.
  if (request.destroyed) throw clientLeft()
  if (request.httpVersionMajor === 1) {
    if (request.complete) return readAtOnce(request, limitBytes)
    if (isAllThere(request)) return readBeforeEnd(request, limitBytes)
  }
  return new Promise((resolve, reject) => {
    const reads: Buffer[] = []
    let length = 0
    const onData = (given: NodeRead): void => {
      const read = bytesOf(given, request)
      length += read.length
      if (length > limitBytes) {
        request.pause()
        request.off('data', onData)
        reject(bodyTooLarge(limitBytes))
      } else reads.push(read)
    }
    request.on('data', onData)
    // A host that has stopped it, to look at something first, would leave it so.
    request.resume()
    const done = (): void => resolve(reads.length === 1 ? reads[0]! : Buffer.concat(reads, length))
    // Over HTTP/2 a body that its client took back ends as if it were whole, and only then is said to be aborted.
    request.on('end', () => (request.httpVersionMajor === 1 ? done() : setImmediate(done)))
    request.on('aborted', () => reject(clientLeft()))
    request.on('error', cause => reject(clientLeft(cause)))
  })
}

type NodeRead = Buffer | string

/** Of a host that has set an encoding, the reads are text. */
function bytesOf(read: NodeRead, { readableEncoding }: IncomingMessage): Buffer {
  return typeof read === 'string' ? Buffer.from(read, readableEncoding ?? 'utf8') : read
}

/** Whether nothing is missing of a body whose end Node has not been told yet: it tells of bytes first, and whoever waits for a promise goes on between. */
function isAllThere({ headers, readableLength }: IncomingMessage): boolean {
  return readableLength > 0 && readableLength === Number(headers['content-length'])
}

function readBeforeEnd(request: IncomingMessage, limitBytes: number): Uint8Array {
  const body = readAtOnce(request, limitBytes)
  // Its end would wait for a reader, and with it all that Node does then.
  request.resume()
  return body
}

/** A body that came with its head: no event has to be waited for. */
function readAtOnce(request: IncomingMessage, limitBytes: number): Uint8Array {
  const body = bytesOf((request.read() as NodeRead | null) ?? '', request)
  if (body.length > limitBytes) throw bodyTooLarge(limitBytes)
  return body
}
