import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { ShimInvocation } from '@modelgate/aws/lambda/testing'
import { shimInvocation } from '../../packages/aws/src/lambda/testing/shim-invocation.ts'

const root = '/2018-06-01/runtime'

/** An invocation that waits for the function, or for its end. */
interface Pending {
  readonly id: string
  readonly event: unknown
  readonly remainingMs: number
  /** The answer as the function sends it, read no faster than the test reads it. */
  readonly wire: PassThrough
  readonly ended: PromiseWithResolvers<void>
}

/**
 * The part of Lambda that a function talks to: it asks for the next event, and posts what it answers.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi implements AsyncDisposable {
  readonly #queue: Pending[] = []
  readonly #idle: ((next: Pending) => void)[] = []
  readonly #open = new Map<string, Pending>()
  readonly #server = http.createServer((request, response) => void this.#answer(request, response))
  /** What the function could not be started for, as it said itself. */
  readonly initError: Promise<string>
  readonly #tellInitError: (text: string) => void

  constructor() {
    const { promise, resolve } = Promise.withResolvers<string>()
    this.initError = promise
    this.#tellInitError = resolve
  }

  /** Host and port, as `AWS_LAMBDA_RUNTIME_API` has them. */
  async listen(): Promise<string> {
    // Lambda's own never closes a connection on the function, which dies of one that is closed as it writes.
    this.#server.keepAliveTimeout = 0
    this.#server.requestTimeout = 0
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  invoke(event: unknown, { remainingMs = 30_000 }: { readonly remainingMs?: number | undefined } = {}): ShimInvocation {
    const pending: Pending = {
      id: randomUUID(),
      event,
      remainingMs,
      wire: new PassThrough({ highWaterMark: 16_384 }),
      ended: Promise.withResolvers(),
    }
    this.#open.set(pending.id, pending)
    const next = this.#idle.shift()
    if (next) next(pending)
    else this.#queue.push(pending)
    return shimInvocation(pending.wire, pending.ended.promise)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').slice(root.length)
    if (path === '/invocation/next') {
      const pending = this.#queue.shift() ?? (await new Promise<Pending>(resolve => this.#idle.push(resolve)))
      return give(pending, response)
    }
    if (path === '/init/error') {
      this.#tellInitError(await text(request))
      response.writeHead(202).end('{}')
      return
    }
    const [, id = '', how] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? []
    const pending = this.#open.get(id)
    this.#open.delete(id)
    if (!pending) return void response.writeHead(404).end('{}')
    if (how === 'error') fail(pending, await text(request))
    else await receive(request, pending)
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}')
  }
}

function give({ id, event, remainingMs }: Pending, response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': id,
    'lambda-runtime-deadline-ms': String(Date.now() + remainingMs),
    'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:123456789012:function:modelgate',
    'lambda-runtime-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0',
  })
  response.end(JSON.stringify(event))
}

/** An answer is streamed or it fails: a runtime that buffered it would make every other check worthless. */
async function receive(request: IncomingMessage, pending: Pending): Promise<void> {
  if (request.headers['lambda-runtime-function-response-mode'] !== 'streaming') {
    return fail(pending, 'The function answered without streaming.')
  }
  request.on('aborted', () => pending.wire.destroy(new Error('The function broke its answer off.')))
  request.pipe(pending.wire)
  await once(request, 'end')
  const fault = request.trailers['lambda-runtime-function-error-type']
  if (fault) return fail(pending, `The function failed within its answer: ${fault}`)
  pending.ended.resolve()
}

function fail({ wire, ended }: Pending, message: string): void {
  const error = new Error(message)
  wire.destroy(error)
  ended.reject(error)
}
