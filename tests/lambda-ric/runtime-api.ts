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
  /** Takes what the function answers. */
  readonly receive: (request: IncomingMessage) => Promise<void>
  /** Takes what it failed of. */
  readonly fail: (message: string) => void
}

export interface RuntimeInvokeOptions {
  /** What is left of the function's time, in milliseconds. Default 30,000. */
  readonly remainingMs?: number | undefined
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

  /** Invokes a function that streams. */
  invoke(event: unknown, options: RuntimeInvokeOptions = {}): ShimInvocation {
    // Read no faster than the test reads it.
    const wire = new PassThrough({ highWaterMark: 16_384 })
    const ended = Promise.withResolvers<void>()
    const fail = (message: string): void => {
      const error = new Error(message)
      wire.destroy(error)
      ended.reject(error)
    }
    const receive = async (request: IncomingMessage): Promise<void> => {
      const fault = await receiveStream(request, wire)
      if (fault === undefined) ended.resolve()
      else fail(fault)
    }
    this.#add(event, options, { receive, fail })
    return shimInvocation(wire, ended.promise)
  }

  /**
   * Invokes a function that answers whole.
   * @throws {Error} with what it failed of, as it told Lambda.
   */
  call(event: unknown, options: RuntimeInvokeOptions = {}): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    this.#add(event, options, {
      receive: async request => resolve(JSON.parse(await text(request))),
      fail: message => reject(new Error(message)),
    })
    return promise
  }

  #add(event: unknown, { remainingMs = 30_000 }: RuntimeInvokeOptions, takes: Pick<Pending, 'receive' | 'fail'>): void {
    const pending: Pending = { id: randomUUID(), event, remainingMs, ...takes }
    this.#open.set(pending.id, pending)
    const next = this.#idle.shift()
    if (next) next(pending)
    else this.#queue.push(pending)
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
    if (how === 'error') pending.fail(await text(request))
    else await pending.receive(request)
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

/**
 * Takes a streamed answer to its end: a runtime that buffered it would make every other check worthless.
 * @returns what the function failed of, or nothing.
 */
async function receiveStream(request: IncomingMessage, wire: PassThrough): Promise<string | undefined> {
  if (request.headers['lambda-runtime-function-response-mode'] !== 'streaming') {
    return 'The function answered without streaming.'
  }
  request.on('aborted', () => wire.destroy(new Error('The function broke its answer off.')))
  request.pipe(wire)
  await once(request, 'end')
  const fault = request.trailers['lambda-runtime-function-error-type']
  return fault === undefined ? undefined : `The function failed within its answer: ${fault}`
}
