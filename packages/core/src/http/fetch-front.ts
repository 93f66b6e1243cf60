import { CallController } from '../call-controller.ts'
import { bodyTooLarge, GatewayError, isGatewayError } from '../errors.ts'
import type { Gateway } from '../gateway.ts'
import { loadLateParts } from '../load-late-parts.ts'
import type { Door } from './door.ts'
import type { AnswerHeaders, DoorRequest, Sink } from './front.ts'
import { outsidePath, withoutBasePath } from './without-base-path.ts'

/** Mounts a door as a fetch handler. */
export function createFetch(door: Door): Gateway['fetch'] {
  return async (input, options = {}) => {
    const { basePath, principal, address, waitUntil, ...init } = options
    // Not made anew without need: a request whose body the host has read could not be.
    const request = input instanceof Request && Object.keys(init).length === 0 ? input : new Request(input, init)
    const controller = new CallController()
    const { sink, response, cut } = responseSink(() => controller.abort())
    const onAbort = (): void => {
      controller.abort()
      cut(request.signal.reason)
    }
    if (request.signal.aborted) onAbort()
    else request.signal.addEventListener('abort', onAbort, { once: true })
    const { pathname, search } = new URL(request.url)
    const doorRequest: DoorRequest = {
      method: request.method,
      path: (withoutBasePath(pathname, basePath) ?? outsidePath(pathname)) + search,
      headers: Object.fromEntries(request.headers),
      address,
      principal: () => principal,
      waitUntil,
      controller,
      readBody: limitBytes => readWebBody(request, limitBytes),
      streamBody: () => bodyOf(request),
    }
    void door.handle(doorRequest, sink).then(loadLateParts)
    return response
  }
}

interface ResponseSink {
  readonly sink: Sink
  readonly response: Promise<Response>
  /** Ends the answer as broken: a reader must not take what it has for the whole. */
  readonly cut: (reason: unknown) => void
}

function responseSink(onCancel: () => void): ResponseSink {
  const { promise: response, resolve, reject } = Promise.withResolvers<Response>()
  let head: ResponseInit | undefined
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined
  let wake: (() => void) | undefined
  let closed = false

  function open(): ReadableStreamDefaultController<Uint8Array> {
    if (stream) return stream
    const body = new ReadableStream<Uint8Array>({
      start: controller => {
        stream = controller
      },
      pull: () => wake?.(),
      cancel: () => {
        closed = true
        wake?.()
        onCancel()
      },
    })
    resolve(new Response(body, head))
    return stream!
  }

  const sink: Sink = {
    head(status: number, headers: AnswerHeaders) {
      // Checked here, as Node does: later it is too late for another.
      head = { status, headers: new Headers(headers) }
    },
    write(bytes) {
      if (closed) return true
      const controller = open()
      controller.enqueue(bytes)
      return (controller.desiredSize ?? 0) > 0
    },
    drained() {
      if (closed) return Promise.resolve()
      return new Promise(done => {
        wake = done
      })
    },
    cut,
    end(bytes) {
      if (closed) return
      closed = true
      // An answer that is whole needs no stream.
      if (!stream) return resolve(new Response(bytes as Uint8Array<ArrayBuffer>, head))
      if (bytes) stream.enqueue(bytes)
      stream.close()
    },
  }
  function cut(reason: unknown): void {
    if (closed) return
    closed = true
    stream?.error(reason)
    wake?.()
    reject(reason)
  }
  return { sink, response, cut }
}

async function* emptyBody(): AsyncGenerator<Uint8Array, void, void> {}

/** @throws {GatewayError} `invalid_request` where the host has read it, or is about to */
function bodyOf({ body, bodyUsed }: Request): AsyncIterable<Uint8Array> {
  if (!bodyUsed && !body?.locked) return body ?? emptyBody()
  throw new GatewayError(
    'invalid_request',
    'The request body was read before it reached the gateway; pass the request on unread, or a clone.',
  )
}

async function readWebBody(request: Request, limitBytes: number): Promise<Uint8Array> {
  const declared = Number(request.headers.get('content-length') ?? 0)
  const reads: Uint8Array[] = []
  let length = 0
  if (declared > limitBytes) throw bodyTooLarge(limitBytes)
  const body = bodyOf(request)
  try {
    for await (const read of body) {
      // Whose length is another, or none: the limit would not hold.
      if (!(read instanceof Uint8Array)) throw notBytes()
      length += read.length
      if (length > limitBytes) throw bodyTooLarge(limitBytes)
      reads.push(read)
    }
  } catch (cause) {
    if (isGatewayError(cause)) throw cause
    throw new GatewayError('cancelled', 'The client closed the connection.', { cause })
  }
  return Buffer.concat(reads, length)
}

function notBytes(): GatewayError {
  return new GatewayError('invalid_request', 'The request body is a stream of something else than Uint8Arrays.')
}
